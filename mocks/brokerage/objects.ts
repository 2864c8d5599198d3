/** Amounts are whole cents; times are ISO 8601. */
export const CURRENCY = 'USD';

/** A share that is traded, and how it is: what its market looks like around its price. */
export type Instrument = {
  readonly symbol: string;
  readonly name: string;
  /** Where its price lay when the world began. */
  readonly base: number;
  /** Shares that stand at each price level. */
  readonly depth: number;
};

export type Quote = {
  readonly symbol: string;
  readonly bid: number;
  readonly ask: number;
  readonly as_of: string;
};

export type Side = 'buy' | 'sell';

export type Order = {
  readonly id: string;
  readonly client_order_id: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly type: 'market' | 'limit';
  readonly quantity: number;
  readonly limit_price: number | null;
  readonly status: 'filled' | 'partially_filled' | 'open' | 'cancelled';
  readonly filled: number;
  /** What the filled part cost or brought, in cents. */
  readonly value: number;
  readonly created_at: string;
};

/** Below zero: sold, and never had. */
export type Position = { readonly symbol: string; readonly quantity: number };

export type Withdrawal = {
  readonly id: string;
  readonly amount: number;
  readonly destination: string;
  readonly created_at: string;
};
