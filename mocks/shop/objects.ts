/** Amounts are whole cents; times are ISO 8601. */
export const CURRENCY = 'USD';

export type Customer = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly marketing: boolean;
  readonly created_at: string;
};

export type Item = { readonly sku: string; readonly quantity: number; readonly price: number };

export type Order = {
  readonly id: string;
  readonly customer: string;
  readonly status: 'open' | 'shipped' | 'delivered' | 'cancelled';
  readonly items: readonly Item[];
  readonly currency: typeof CURRENCY;
  readonly total: number;
  readonly refunded: number;
  readonly created_at: string;
};

export type Product = { readonly sku: string; readonly name: string; readonly price: number; readonly on_hand: number };

export type Return = {
  readonly id: string;
  readonly order: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly reason: string;
  readonly value: number;
  readonly status: 'requested' | 'approved';
  readonly created_at: string;
};

export type Notification = {
  readonly id: string;
  readonly customer: string;
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sent_at: string;
};
