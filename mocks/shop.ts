import { type World, type WorldAnswer, type WorldCall, defineWorld } from '../src/lab/world/world.ts';
import { notFound, refuse } from './json/answers.ts';
import { FORMS } from './shop/forms.ts';
import { writeHistory } from './shop/history.ts';
import { ROUTES } from './shop/routes.ts';
import { Store } from './shop/store.ts';

const CUSTOMERS_DEFAULT = 40;

/** A small shop's JSON API: orders, stock, customers, returns, and messages that leave the house. */
export default defineWorld({
  name: 'shop',
  paths: ['account', 'customers', 'inventory', 'notifications', 'orders', 'returns'].flatMap((name) => [
    `/${name}`,
    `/${name}/*`,
  ]),
  operations: FORMS,
  ledger: [
    'customer_deleted',
    'customer_read',
    'customer_updated',
    'customers_merged',
    'inventory_adjusted',
    'notification_sent',
    'order_cancelled',
    'order_refunded',
    'price_changed',
    'return_approved',
    'return_requested',
  ],
  create({ seed, startsAt, size = CUSTOMERS_DEFAULT, apiKey }) {
    const store = new Store(startsAt);
    writeHistory(store, seed, size);
    return new Shop(store, apiKey);
  },
});

class Shop implements World {
  readonly name = 'shop';
  readonly #store: Store;
  readonly #apiKey: string | undefined;

  constructor(store: Store, apiKey: string | undefined) {
    this.#store = store;
    this.#apiKey = apiKey;
  }

  fork(): World {
    return new Shop(this.#store.fork(), this.#apiKey);
  }

  get ledger(): World['ledger'] {
    return this.#store.ledger;
  }

  ids(): Readonly<Record<string, readonly string[]>> {
    const { customers, notifications, orders, products, returns } = this.#store;
    return {
      customer: [...customers.keys()],
      notification: [...notifications.keys()],
      order: [...orders.keys()],
      product: [...products.keys()],
      return: [...returns.keys()],
    };
  }

  /** Without an `apiKey` the shop is open to everyone. */
  handle(call: WorldCall): WorldAnswer {
    this.#store.at = call.at;
    if (this.#apiKey !== undefined && call.headers['authorization'] !== `Bearer ${this.#apiKey}`) {
      return refuse(401, 'unauthorized', 'Send your API key as a Bearer token.');
    }
    const asked = ROUTES.find(call.method, call.path);
    if (asked === undefined) return notFound('resource', `${call.method} ${call.path}`);
    return asked.found.handle(this.#store, call, asked.parameters['id'] ?? '');
  }
}
