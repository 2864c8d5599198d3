import type { Faker } from '@faker-js/faker';
import { faker } from '@faker-js/faker/locale/en';
import type { Instant } from '../../src/std/clock.ts';
import type { Books } from './books.ts';
import { CARD_ON_FILE } from './cards.ts';
import { type Taking, newCharge } from './charges.ts';
import type { Charge } from './objects.ts';
import { newPayout } from './payouts.ts';
import { newRefund } from './refunds.ts';

const DAY_MS = 86_400_000;
const DAYS = 90;
const CHARGES_PER_CUSTOMER = 3;
const ACCOUNTS = 3;
/** Every so many charges one was refunded whole, one in part, one charged back. */
const MISHAP_EVERY = 12;
const FIRST_ORDER = 1_001;
const PRODUCTS = 12;

/**
 * Ninety days of business before the world begins: customers in the first month, charges since,
 * refunds, chargebacks, and a payout of half the balance every thirty days. None of it is on the ledger.
 */
export function writeHistory(books: Books, seed: number, customers: number): void {
  const endsAt = books.at;
  // One locale: all of them cost every process 0.15 s. Seed and date are set anew for each history: two runs are the same.
  faker.seed(seed);
  faker.setDefaultRefDate(endsAt);
  const startsAt = endsAt - DAYS * DAY_MS;
  const monthsEnd = startsAt + 30 * DAY_MS;
  const spread = (count: number, from: Instant, to: Instant): Instant[] =>
    Array.from({ length: count }, () => faker.number.int({ min: from, max: to })).sort((a, b) => a - b);

  for (let index = 0; index < ACCOUNTS; index += 1) books.accounts.add(books.newId('acct'));
  for (const at of spread(customers, startsAt, monthsEnd)) {
    books.at = at;
    addCustomer(books, faker);
  }
  const customerIds = [...books.customers.keys()];
  const products = Array.from({ length: PRODUCTS }, () => faker.commerce.productName());
  let paidOutAt = monthsEnd;
  for (const [index, at] of spread(customers * CHARGES_PER_CUSTOMER, monthsEnd, endsAt - 1).entries()) {
    books.at = at;
    if (at - paidOutAt >= 30 * DAY_MS) {
      paidOutAt = at;
      payOutHalf(books);
    }
    addCharge(books, index, {
      amount: faker.number.int({ min: 5, max: 250 }) * 100 - 1,
      currency: 'usd',
      card: CARD_ON_FILE,
      customer: faker.helpers.arrayElement(customerIds),
      description: faker.helpers.arrayElement(products),
      metadata: { order: String(FIRST_ORDER + index) },
    });
  }
  books.at = endsAt;
}

function addCustomer(books: Books, faker: Faker): void {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  const id = books.newId('cus');
  books.customers.set(id, {
    id,
    object: 'customer',
    created: books.created,
    address: {
      line1: faker.location.streetAddress(),
      city: faker.location.city(),
      postal_code: faker.location.zipCode(),
      country: 'US',
    },
    balance: 0,
    currency: 'usd',
    delinquent: false,
    description: null,
    email: faker.internet.exampleEmail({ firstName: first, lastName: last }).toLowerCase(),
    livemode: false,
    metadata: {},
    name: `${first} ${last}`,
    phone: faker.phone.number({ style: 'international' }),
  });
}

function addCharge(books: Books, index: number, taking: Taking): void {
  const charge = newCharge(books, taking);
  const disputed = index % MISHAP_EVERY === 8;
  books.charges.set(charge.id, { ...charge, disputed });
  const gone = disputed ? charge.amount : refundSome(books, charge, index);
  books.adjustBalance(charge.currency, charge.amount - gone);
}

/** How much of the charge went back at once. */
function refundSome(books: Books, charge: Charge, index: number): number {
  const place = index % MISHAP_EVERY;
  if (place !== 3 && place !== 5) return 0;
  const amount = place === 3 ? charge.amount : Math.floor(charge.amount / 3);
  return newRefund(books, charge, amount, 'requested_by_customer').amount;
}

function payOutHalf(books: Books): void {
  const amount = Math.floor(books.balance('usd') / 2);
  newPayout(books, amount, 'usd', { description: null, metadata: {}, method: 'standard' });
  books.adjustBalance('usd', -amount);
}
