/** Metadata as a client set it. */
export type Metadata = Readonly<Record<string, string>>;

export type Customer = {
  readonly id: string;
  readonly object: 'customer';
  readonly created: number;
  readonly address: Readonly<Record<string, string>> | null;
  readonly balance: number;
  readonly currency: string | null;
  readonly delinquent: boolean;
  readonly description: string | null;
  readonly email: string | null;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly name: string | null;
  readonly phone: string | null;
};

/** What is left of a customer: enough for a client that still holds the id. */
export type DeletedCustomer = { readonly id: string; readonly object: 'customer'; readonly deleted: true };

export type Card = { readonly brand: string; readonly last4: string };

export type Charge = {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly balance_transaction: null;
  readonly captured: true;
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly disputed: boolean;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly paid: true;
  readonly payment_intent: string | null;
  readonly payment_method_details: { readonly type: 'card'; readonly card: Card };
  readonly refunded: boolean;
  readonly status: 'succeeded';
};

export type PaymentIntent = {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly amount_received: number;
  readonly client_secret: string;
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly latest_charge: string | null;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly payment_method: string | null;
  readonly payment_method_types: readonly ['card'];
  readonly status: 'requires_payment_method' | 'requires_confirmation' | 'succeeded';
};

export type Refund = {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly balance_transaction: null;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  readonly status: 'succeeded';
};

export type Payout = {
  readonly id: string;
  readonly object: 'payout';
  readonly amount: number;
  readonly arrival_date: number;
  readonly automatic: false;
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly destination: string;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly method: 'standard' | 'instant';
  readonly status: 'pending' | 'paid';
  readonly type: 'bank_account';
};

export type Transfer = {
  readonly id: string;
  readonly object: 'transfer';
  readonly amount: number;
  readonly amount_reversed: number;
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly destination: string;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly reversed: false;
};
