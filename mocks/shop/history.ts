import type { Faker } from '@faker-js/faker';
import { faker } from '@faker-js/faker/locale/en';
import type { Instant } from '../../src/std/clock.ts';
import { CURRENCY, type Item, type Order } from './objects.ts';
import type { Store } from './store.ts';

const DAY_MS = 86_400_000;
const DAYS = 60;
const PRODUCTS = 12;
const ORDERS_PER_CUSTOMER = 3;
/** Younger orders are still open, a little older ones on their way. */
const OPEN_DAYS = 4;
const SHIPPED_DAYS = 9;
/** Every so many orders one was cancelled, and one refunded in part. */
const MISHAP_EVERY = 11;

/** Sixty days of orders before the world begins. None of it is on the ledger. */
export function writeHistory(store: Store, seed: number, customers: number): void {
  const endsAt = store.at;
  // One locale: all of them cost every process 0.15 s. Seed and date are set anew for each history: two runs are the same.
  faker.seed(seed);
  faker.setDefaultRefDate(endsAt);
  const startsAt = endsAt - DAYS * DAY_MS;
  store.at = startsAt;
  for (let index = 0; index < PRODUCTS; index += 1) addProduct(store, faker, index);
  for (let index = 0; index < customers; index += 1) addCustomer(store, faker);
  const times = Array.from({ length: customers * ORDERS_PER_CUSTOMER }, () =>
    faker.number.int({ min: startsAt, max: endsAt - 1 }),
  );
  for (const [index, at] of times.sort((a, b) => a - b).entries()) {
    store.at = at;
    addOrder(store, faker, index, endsAt);
  }
  store.at = endsAt;
}

function addProduct(store: Store, faker: Faker, index: number): void {
  const sku = `SKU-${100 + index}`;
  const price = faker.number.int({ min: 5, max: 120 }) * 100 - 1;
  store.products.set(sku, {
    sku,
    name: faker.commerce.productName(),
    price,
    on_hand: faker.number.int({ min: 5, max: 80 }),
  });
}

function addCustomer(store: Store, faker: Faker): void {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  const id = store.newId('cust');
  store.customers.set(id, {
    id,
    name: `${first} ${last}`,
    email: faker.internet.exampleEmail({ firstName: first, lastName: last }).toLowerCase(),
    phone: faker.phone.number({ style: 'international' }),
    marketing: faker.datatype.boolean(),
    created_at: store.now,
  });
}

function addOrder(store: Store, faker: Faker, index: number, endsAt: Instant): void {
  const products = faker.helpers.arrayElements([...store.products.values()], { min: 1, max: 3 });
  const items = products.map(({ sku, price }): Item => ({
    sku,
    price,
    quantity: faker.number.int({ min: 1, max: 3 }),
  }));
  const total = items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
  const mishap = index % MISHAP_EVERY;
  const refunded = mishap === 4 ? total : mishap === 7 ? Math.floor(total / 4) : 0;
  const id = store.newId('ord');
  store.orders.set(id, {
    id,
    customer: faker.helpers.arrayElement([...store.customers.keys()]),
    status: mishap === 4 ? 'cancelled' : statusAt((endsAt - store.at) / DAY_MS),
    items,
    currency: CURRENCY,
    total,
    refunded,
    created_at: store.now,
  });
  store.balance += total - refunded;
}

function statusAt(ageDays: number): Order['status'] {
  if (ageDays < OPEN_DAYS) return 'open';
  return ageDays < SHIPPED_DAYS ? 'shipped' : 'delivered';
}
