import { assert } from '../../src/std/assert.ts';
import type { Instant } from '../../src/std/clock.ts';
import { type Money, fromMinor } from '../../src/std/money.ts';
import type { LedgerEntry } from '../../src/lab/world/world.ts';
import { quoteOf } from './market.ts';
import { CURRENCY, type Instrument, type Order, type Position, type Quote, type Withdrawal } from './objects.ts';
import { NumberedIds } from '../json/numbered-ids.ts';

/**
 * Everything the brokerage knows of one account.
 * Objects are never changed, only replaced, so that an answer once given stays as it was given.
 */
export class Desk {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly orders: Map<string, Order>;
  readonly positions: Map<string, Position>;
  readonly withdrawals: Map<string, Withdrawal>;
  /** Bank accounts that somebody has opened the way to. */
  readonly banks: ReadonlySet<string>;
  readonly ledger: LedgerEntry[];
  /** Cents. Sales of what one does not have bring it too. */
  cash: number;
  /** The time of the call being handled. */
  at: Instant;
  readonly #ids: NumberedIds;

  constructor(
    at: Instant,
    origin: Pick<Desk, 'instruments' | 'banks' | 'cash'> & { readonly positions: ReadonlyMap<string, Position> },
  ) {
    const earlier = origin instanceof Desk ? origin : undefined;
    this.at = at;
    this.instruments = origin.instruments;
    this.banks = origin.banks;
    this.cash = origin.cash;
    this.positions = new Map(origin.positions);
    this.orders = new Map(earlier?.orders);
    this.withdrawals = new Map(earlier?.withdrawals);
    this.ledger = [...(earlier?.ledger ?? [])];
    this.#ids = earlier === undefined ? new NumberedIds() : earlier.#ids.fork();
  }

  /** The same desk to be kept apart from here on. The objects in it are shared, for nobody changes one. */
  fork(): Desk {
    return new Desk(this.at, this);
  }

  get now(): string {
    return new Date(this.at).toISOString();
  }

  /** `('ord')` → `ord_1001`, `ord_1002`, … */
  newId(prefix: string): string {
    return this.#ids.next(prefix);
  }

  quote(instrument: Instrument): Quote {
    return quoteOf(instrument, this.at);
  }

  position(symbol: string): Position {
    return this.positions.get(symbol) ?? { symbol, quantity: 0 };
  }

  /** Shares come in and their price goes out. INVARIANT: cash moves in these three alone, together with the ledger. */
  bought({ symbol, id, filled, value }: Order): void {
    this.#hold(symbol, filled);
    this.#moved('shares_bought', `symbol:${symbol}`, -value, `${filled} of ${symbol} by ${id}`);
  }

  sold({ symbol, id, filled, value }: Order): void {
    this.#hold(symbol, -filled);
    this.#moved('shares_sold', `symbol:${symbol}`, value, `${filled} of ${symbol} by ${id}`);
  }

  withdrew({ id, amount, destination }: Withdrawal): void {
    this.#moved('withdrawal', `bank:${destination}`, -amount, id, destination);
  }

  changed(kind: string, subject: string, detail: string): void {
    this.ledger.push({ at: this.at, kind, subject, moneyOut: null, write: true, detail });
  }

  #hold(symbol: string, by: number): void {
    const quantity = this.position(symbol).quantity + by;
    if (quantity === 0) this.positions.delete(symbol);
    else this.positions.set(symbol, { symbol, quantity });
  }

  #moved(kind: string, subject: string, cents: number, detail: string, to?: string): void {
    this.cash += cents;
    const entry = { at: this.at, kind, subject, write: true, detail };
    if (cents >= 0) this.ledger.push({ ...entry, moneyOut: null, moneyIn: usd(cents) });
    else this.ledger.push({ ...entry, moneyOut: usd(-cents), ...(to === undefined ? {} : { to }) });
  }
}

function usd(cents: number): Money {
  const money = fromMinor(cents, CURRENCY);
  assert(money !== undefined, `an amount of the desk is whole cents: ${cents}`);
  return money;
}
