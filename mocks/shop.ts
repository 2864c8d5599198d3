import {
  type World,
  type WorldAnswer,
  type WorldCall,
  type WorldOptions,
  defineWorld,
} from '../src/lab/world/world.ts';
import { account } from './shop/account.ts';
import { notFound, refuse } from './shop/answers.ts';
import { customers } from './shop/customers.ts';
import { writeHistory } from './shop/history.ts';
import { inventory } from './shop/inventory.ts';
import { notifications } from './shop/notifications.ts';
import { orders } from './shop/orders.ts';
import { returns } from './shop/returns.ts';
import type { Route } from './shop/route.ts';
import { Store } from './shop/store.ts';

const CUSTOMERS_DEFAULT = 40;

/** Each resource is one file; a new one is a file, a line here and its path below. */
const ROUTES: readonly Route[] = [...account, ...customers, ...inventory, ...notifications, ...orders, ...returns];

/** A small shop's JSON API: orders, stock, customers, returns, and messages that leave the house. */
export default defineWorld({
  name: 'shop',
  paths: ['account', 'customers', 'inventory', 'notifications', 'orders', 'returns'].flatMap((name) => [
    `/${name}`,
    `/${name}/*`,
  ]),
  create: (options) => new Shop(options),
});

class Shop implements World {
  readonly name = 'shop';
  readonly #store: Store;
  readonly #apiKey: string | undefined;

  constructor({ seed, startsAt, size = CUSTOMERS_DEFAULT, apiKey }: WorldOptions) {
    this.#store = new Store(startsAt);
    this.#apiKey = apiKey;
    writeHistory(this.#store, seed, size);
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
    for (const route of ROUTES) {
      const path = route.operation.match(call.method, call.path);
      if (path !== undefined) return route.handle(this.#store, call, path['id'] ?? '');
    }
    return notFound('resource', `${call.method} ${call.path}`);
  }
}
