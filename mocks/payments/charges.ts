import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { CARD_ON_FILE, cardOf } from './cards.ts';
import { living } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { type Refusal, invalid, missing } from './errors.ts';
import type { Card, Charge, Metadata } from './objects.ts';
import { PAGE, page } from './page.ts';
import { amount, currency, during, hash, optional, text } from './parameters.ts';

const FILTERS = { ...PAGE, created: optional(during), customer: optional(text), payment_intent: optional(text) };

export const charges = [
  endpoint('GET /v1/charges', FILTERS, (books, given) =>
    page(
      '/v1/charges',
      books.charges,
      given,
      (charge) =>
        (given.customer ?? charge.customer) === charge.customer &&
        (given.payment_intent ?? charge.payment_intent) === charge.payment_intent &&
        (given.created?.(charge.created) ?? true),
    ),
  ),

  endpoint('GET /v1/charges/{id}', {}, (books, _given, id) => {
    const charge = books.charges.get(id);
    return charge === undefined ? fail(missing('charge', id)) : ok(charge);
  }),

  endpoint(
    'POST /v1/charges',
    {
      amount,
      currency,
      customer: optional(text),
      description: optional(text),
      metadata: optional(hash),
      source: optional(text),
    },
    (books, given) => {
      if (given.customer === undefined && given.source === undefined) {
        return fail(invalid('Must provide source or customer.', { code: 'parameter_missing' }));
      }
      const card = given.source === undefined ? ok(CARD_ON_FILE) : cardOf(given.source, 'source');
      return card.ok ? take(books, { ...given, card: card.value }) : card;
    },
  ),
];

export interface Taking {
  readonly amount: number;
  readonly currency: string;
  readonly card: Card;
  readonly customer?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Metadata | undefined;
  readonly payment_intent?: string;
}

/** Takes money: a charge that succeeded, and its amount in the balance. */
export function take(books: Books, taking: Taking): Result<Charge, Refusal> {
  if (taking.customer !== undefined) {
    const customer = living(books, taking.customer, 'customer', 400);
    if (!customer.ok) return customer;
  }
  const charge = newCharge(books, taking);
  books.charges.set(charge.id, charge);
  books.moneyIn('charge', `charge:${charge.id}`, charge.amount, charge.currency, charge.description ?? '');
  return ok(charge);
}

export function newCharge(books: Books, taking: Taking): Charge {
  return {
    id: books.newId('ch'),
    object: 'charge',
    amount: taking.amount,
    amount_captured: taking.amount,
    amount_refunded: 0,
    balance_transaction: null,
    captured: true,
    created: books.created,
    currency: taking.currency,
    customer: taking.customer ?? null,
    description: taking.description ?? null,
    disputed: false,
    livemode: false,
    metadata: taking.metadata ?? {},
    paid: true,
    payment_intent: taking.payment_intent ?? null,
    payment_method_details: { type: 'card', card: taking.card },
    refunded: false,
    status: 'succeeded',
  };
}
