import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { endpoint } from './endpoint.ts';
import { type Refusal, invalid, missing } from './errors.ts';
import type { Charge, Refund } from './objects.ts';
import { PAGE, page } from './page.ts';
import { amount, during, hash, oneOf, optional, text } from './parameters.ts';

const FILTERS = { ...PAGE, charge: optional(text), created: optional(during), payment_intent: optional(text) };

export const refunds = [
  endpoint('GET /v1/refunds', FILTERS, (books, given) =>
    page(
      '/v1/refunds',
      books.refunds,
      given,
      (refund) =>
        (given.charge ?? refund.charge) === refund.charge &&
        (given.payment_intent ?? refund.payment_intent) === refund.payment_intent &&
        (given.created?.(refund.created) ?? true),
    ),
  ),

  endpoint('GET /v1/refunds/{id}', {}, (books, _given, id) => {
    const refund = books.refunds.get(id);
    return refund === undefined ? fail(missing('refund', id)) : ok(refund);
  }),

  endpoint(
    'POST /v1/refunds',
    {
      amount: optional(amount),
      charge: optional(text),
      payment_intent: optional(text),
      reason: optional(oneOf('duplicate', 'fraudulent', 'requested_by_customer')),
      metadata: optional(hash),
    },
    (books, given) => {
      const charge = chargeOf(books, given.charge, given.payment_intent);
      if (!charge.ok) return charge;
      const rest = charge.value.amount - charge.value.amount_refunded;
      const refusal = refuse(charge.value, given.amount ?? rest, rest);
      if (refusal !== undefined) return fail(refusal);
      const refund = newRefund(books, charge.value, given.amount ?? rest, given.reason ?? null, given.metadata);
      books.moneyOut('refund', `charge:${refund.charge}`, refund.amount, refund.currency, refund.id);
      return ok(refund);
    },
  ),
];

function chargeOf(books: Books, id: string | undefined, intentId: string | undefined): Result<Charge, Refusal> {
  if (id === undefined && intentId === undefined) {
    return fail(
      invalid('One of the following params should be provided for this request: payment_intent or charge.', {
        code: 'parameter_missing',
      }),
    );
  }
  const intent = intentId === undefined ? undefined : books.paymentIntents.get(intentId);
  if (intentId !== undefined && intent === undefined)
    return fail(missing('payment_intent', intentId, 'payment_intent'));
  const wanted = id ?? intent?.latest_charge ?? '';
  const charge = books.charges.get(wanted);
  return charge === undefined ? fail(missing('charge', wanted, 'charge')) : ok(charge);
}

function refuse(charge: Charge, wanted: number, rest: number): Refusal | undefined {
  if (charge.disputed) {
    const code = 'charge_disputed';
    return invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code });
  }
  if (rest === 0) {
    return invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  if (wanted <= rest) return undefined;
  const message = `Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest}).`;
  return invalid(message, { param: 'amount' });
}

/** Writes a refund into the books, all but its money: a refund of the history moved that long ago. */
export function newRefund(
  books: Books,
  charge: Charge,
  amount: number,
  reason: Refund['reason'],
  metadata: Refund['metadata'] = {},
): Refund {
  const refund: Refund = {
    id: books.newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: books.created,
    currency: charge.currency,
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    status: 'succeeded',
  };
  const refunded = charge.amount_refunded + amount;
  books.refunds.set(refund.id, refund);
  books.charges.set(charge.id, { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount });
  return refund;
}
