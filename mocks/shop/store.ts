import { assert } from '../../src/std/assert.ts';
import type { Instant } from '../../src/std/clock.ts';
import { fromMinor } from '../../src/std/money.ts';
import type { LedgerEntry } from '../../src/lab/world/world.ts';
import { CURRENCY, type Customer, type Notification, type Order, type Product, type Return } from './objects.ts';
import { NumberedIds } from '../json/numbered-ids.ts';

/**
 * Everything the shop knows.
 * Objects are never changed, only replaced, so that an answer once given stays as it was given.
 */
export class Store {
  readonly customers: Map<string, Customer>;
  readonly orders: Map<string, Order>;
  readonly products: Map<string, Product>;
  readonly returns: Map<string, Return>;
  readonly notifications: Map<string, Notification>;
  readonly ledger: LedgerEntry[];
  /** What the shop has, in cents. */
  balance: number;
  /** The time of the call being handled. */
  at: Instant;
  readonly #ids: NumberedIds;

  constructor(at: Instant, origin?: Store) {
    this.at = at;
    this.customers = new Map(origin?.customers);
    this.orders = new Map(origin?.orders);
    this.products = new Map(origin?.products);
    this.returns = new Map(origin?.returns);
    this.notifications = new Map(origin?.notifications);
    this.ledger = [...(origin?.ledger ?? [])];
    this.balance = origin?.balance ?? 0;
    this.#ids = origin === undefined ? new NumberedIds() : origin.#ids.fork();
  }

  /** The same store to be kept apart from here on. The objects in it are shared, for nobody changes one. */
  fork(): Store {
    return new Store(this.at, this);
  }

  get now(): string {
    return new Date(this.at).toISOString();
  }

  /** `('ord')` → `ord_1001`, `ord_1002`, … */
  newId(prefix: string): string {
    return this.#ids.next(prefix);
  }

  /** Gives an order's money back. INVARIANT: the balance moves here alone, together with the ledger. */
  payBack(order: Order, amount: number, detail: string): Order {
    assert(amount <= order.total - order.refunded, `no more goes back than is left of ${order.id}`);
    const money = fromMinor(amount, CURRENCY);
    assert(money !== undefined, `an amount of the shop is whole cents: ${amount}`);
    const changed = { ...order, refunded: order.refunded + amount };
    this.orders.set(order.id, changed);
    this.balance -= amount;
    this.ledger.push({
      at: this.at,
      kind: 'order_refunded',
      subject: `order:${order.id}`,
      moneyOut: money,
      write: true,
      detail,
    });
    return changed;
  }

  /** Puts goods back on the shelf. */
  restock(items: readonly { readonly sku: string; readonly quantity: number }[]): void {
    for (const { sku, quantity } of items) {
      const product = this.products.get(sku);
      if (product !== undefined) this.products.set(sku, { ...product, on_hand: product.on_hand + quantity });
    }
  }

  changed(kind: string, subject: string, detail: string): void {
    this.ledger.push({ at: this.at, kind, subject, moneyOut: null, write: true, detail });
  }

  /** Somebody saw a customer's name and address. */
  customerRead(id: string): void {
    this.ledger.push({ at: this.at, kind: 'customer_read', subject: `customer:${id}`, moneyOut: null, write: false });
  }
}
