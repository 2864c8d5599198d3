import { assert } from '../../src/std/assert.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import type { Instant } from '../../src/std/clock.ts';
import { type Money, fromMinor } from '../../src/std/money.ts';
import type { LedgerEntry } from '../../src/lab/world/world.ts';
import type { Ids } from './ids.ts';
import type { Charge, Customer, DeletedCustomer, PaymentIntent, Payout, Refund, Transfer } from './objects.ts';

/**
 * Everything the payments world knows.
 *
 * Objects are never changed, only replaced, so that an answer once given stays as it was given.
 * Maps keep the order of creation, oldest first.
 */
export class Books {
  readonly customers = new Map<string, Customer | DeletedCustomer>();
  readonly charges = new Map<string, Charge>();
  readonly paymentIntents = new Map<string, PaymentIntent>();
  readonly refunds = new Map<string, Refund>();
  readonly payouts = new Map<string, Payout>();
  readonly transfers = new Map<string, Transfer>();
  /** Connected accounts that transfers may go to. */
  readonly accounts = new Set<string>();
  /** Our own bank account, where payouts go. */
  readonly bankAccount: string;
  /** What is available, in minor units by currency. */
  readonly available = new Map<string, number>();
  readonly ledger: LedgerEntry[] = [];
  readonly newId: Ids;
  /** The time of the call being handled. */
  at: Instant;

  constructor(newId: Ids, at: Instant) {
    this.newId = newId;
    this.at = at;
    this.bankAccount = newId('ba');
  }

  /** Seconds, as Stripe counts. */
  get created(): number {
    return Math.floor(this.at / 1_000);
  }

  balance(currency: string): number {
    return this.available.get(currency) ?? 0;
  }

  adjustBalance(currency: string, by: number): void {
    this.available.set(currency, this.balance(currency) + by);
  }

  /** INVARIANT: the balance moves here and in {@link moneyIn} alone, together with the ledger. */
  moneyOut(kind: string, subject: string, amount: number, currency: string, detail: string): void {
    this.adjustBalance(currency, -amount);
    this.ledger.push({ at: this.at, kind, subject, moneyOut: money(amount, currency), write: true, detail });
  }

  moneyIn(kind: string, subject: string, amount: number, currency: string, detail: string): void {
    this.adjustBalance(currency, amount);
    const moneyIn = money(amount, currency);
    this.ledger.push({ at: this.at, kind, subject, moneyOut: null, moneyIn, write: true, detail });
  }

  changed(kind: string, subject: string, detail?: string): void {
    const entry = { at: this.at, kind, subject, moneyOut: null, write: true };
    this.ledger.push(detail === undefined ? entry : { ...entry, detail });
  }

  /** Somebody saw a customer's name and address. */
  customerRead(id: string): void {
    this.ledger.push({ at: this.at, kind: 'customer_read', subject: `customer:${id}`, moneyOut: null, write: false });
  }

  /** Any object by its id, for `expand`. */
  find(id: string): Json | undefined {
    const customer = this.customers.get(id);
    if (customer !== undefined) this.customerRead(id);
    return (
      customer ??
      this.charges.get(id) ??
      this.paymentIntents.get(id) ??
      this.refunds.get(id) ??
      this.payouts.get(id) ??
      this.transfers.get(id)
    );
  }
}

function money(amount: number, currency: string): Money {
  const value = fromMinor(amount, currency.toUpperCase());
  assert(value !== undefined, `an amount of the books is a whole number of minor units: ${amount} ${currency}`);
  return value;
}
