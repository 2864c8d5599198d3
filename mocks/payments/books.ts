import { assert } from '../../src/std/assert.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import type { Instant } from '../../src/std/clock.ts';
import { type Money, fromMinor } from '../../src/std/money.ts';
import type { LedgerEntry } from '../../src/lab/world/world.ts';
import type { SeededIds } from './ids.ts';
import type { Charge, Customer, DeletedCustomer, PaymentIntent, Payout, Refund, Transfer } from './objects.ts';

/**
 * Everything the payments world knows.
 *
 * Objects are never changed, only replaced, so that an answer once given stays as it was given.
 * Maps keep the order of creation, oldest first.
 */
export class Books {
  readonly customers: Map<string, Customer | DeletedCustomer>;
  readonly charges: Map<string, Charge>;
  readonly paymentIntents: Map<string, PaymentIntent>;
  readonly refunds: Map<string, Refund>;
  readonly payouts: Map<string, Payout>;
  readonly transfers: Map<string, Transfer>;
  /** Connected accounts that transfers may go to. */
  readonly accounts: Set<string>;
  /** Our own bank account, where payouts go. */
  readonly bankAccount: string;
  /** What is available, in minor units by currency. */
  readonly available: Map<string, number>;
  readonly ledger: LedgerEntry[];
  /** The time of the call being handled. */
  at: Instant;
  readonly #ids: SeededIds;

  constructor(ids: SeededIds, at: Instant, origin?: Books) {
    this.#ids = ids;
    this.at = at;
    this.customers = new Map(origin?.customers);
    this.charges = new Map(origin?.charges);
    this.paymentIntents = new Map(origin?.paymentIntents);
    this.refunds = new Map(origin?.refunds);
    this.payouts = new Map(origin?.payouts);
    this.transfers = new Map(origin?.transfers);
    this.accounts = new Set(origin?.accounts);
    this.available = new Map(origin?.available);
    this.ledger = [...(origin?.ledger ?? [])];
    this.bankAccount = origin?.bankAccount ?? ids.next('ba');
  }

  /** The same books to be kept apart from here on. The objects in them are shared, for nobody changes one. */
  fork(): Books {
    return new Books(this.#ids.fork(), this.at, this);
  }

  newId(prefix: string): string {
    return this.#ids.next(prefix);
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
  moneyOut(kind: string, subject: string, amount: number, currency: string, detail: string, to?: string): void {
    this.adjustBalance(currency, -amount);
    const entry = { at: this.at, kind, subject, moneyOut: money(amount, currency), write: true, detail };
    this.ledger.push(to === undefined ? entry : { ...entry, to });
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
