import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { cardOf } from './cards.ts';
import { take } from './charges.ts';
import { living } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { type Refusal, invalid, missing } from './errors.ts';
import type { PaymentIntent } from './objects.ts';
import { PAGE, page } from './page.ts';
import { amount, currency, during, flag, hash, optional, text } from './parameters.ts';

export const paymentIntents = [
  endpoint(
    'GET /v1/payment_intents',
    { ...PAGE, created: optional(during), customer: optional(text) },
    (books, given) =>
      page(
        '/v1/payment_intents',
        books.paymentIntents,
        given,
        (intent) =>
          (given.customer ?? intent.customer) === intent.customer && (given.created?.(intent.created) ?? true),
      ),
  ),

  endpoint('GET /v1/payment_intents/{id}', {}, (books, _given, id) => {
    const intent = books.paymentIntents.get(id);
    return intent === undefined ? fail(missing('payment_intent', id)) : ok(intent);
  }),

  endpoint(
    'POST /v1/payment_intents',
    {
      amount,
      currency,
      automatic_payment_methods: optional(hash),
      confirm: optional(flag),
      customer: optional(text),
      description: optional(text),
      metadata: optional(hash),
      off_session: optional(flag),
      payment_method: optional(text),
    },
    (books, given) => {
      if (given.customer !== undefined) {
        const customer = living(books, given.customer, 'customer', 400);
        if (!customer.ok) return customer;
      }
      const id = books.newId('pi');
      const intent: PaymentIntent = {
        id,
        object: 'payment_intent',
        amount: given.amount,
        amount_received: 0,
        client_secret: `${id}_secret_${books.newId('s').slice(2)}`,
        created: books.created,
        currency: given.currency,
        customer: given.customer ?? null,
        description: given.description ?? null,
        latest_charge: null,
        livemode: false,
        metadata: given.metadata ?? {},
        payment_method: given.payment_method ?? null,
        payment_method_types: ['card'],
        status: given.payment_method === undefined ? 'requires_payment_method' : 'requires_confirmation',
      };
      books.paymentIntents.set(id, intent);
      books.changed('payment_intent_created', `payment_intent:${id}`);
      return given.confirm === true ? confirm(books, intent) : ok(intent);
    },
  ),

  endpoint('POST /v1/payment_intents/{id}/confirm', { payment_method: optional(text) }, (books, given, id) => {
    const intent = books.paymentIntents.get(id);
    if (intent === undefined) return fail(missing('payment_intent', id, 'intent'));
    return confirm(
      books,
      given.payment_method === undefined ? intent : { ...intent, payment_method: given.payment_method },
    );
  }),
];

function confirm(books: Books, intent: PaymentIntent): Result<PaymentIntent, Refusal> {
  const { id, amount, currency, customer, description, payment_method: method } = intent;
  if (intent.status === 'succeeded') {
    const code = 'payment_intent_unexpected_state';
    return fail(invalid('You cannot confirm this PaymentIntent because it has already succeeded.', { code }));
  }
  if (method === null) {
    const about = { code: 'parameter_missing', param: 'payment_method' };
    return fail(invalid('You cannot confirm this PaymentIntent because it is missing a payment method.', about));
  }
  const card = cardOf(method, 'payment_method');
  if (!card.ok) return card;
  const charge = take(books, {
    amount,
    currency,
    card: card.value,
    customer: customer ?? undefined,
    description: description ?? undefined,
    metadata: intent.metadata,
    payment_intent: id,
  });
  if (!charge.ok) return charge;
  const paid: PaymentIntent = {
    ...intent,
    amount_received: amount,
    latest_charge: charge.value.id,
    status: 'succeeded',
  };
  books.paymentIntents.set(id, paid);
  return ok(paid);
}
