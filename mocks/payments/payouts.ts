import { fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { endpoint } from './endpoint.ts';
import { invalid, missing } from './errors.ts';
import type { Payout } from './objects.ts';
import { PAGE, page } from './page.ts';
import { amount, currency, during, hash, oneOf, optional, text } from './parameters.ts';

const TWO_DAYS_S = 2 * 86_400;

/** Money on its way to our own bank account. */
export const payouts = [
  endpoint(
    'GET /v1/payouts',
    { ...PAGE, created: optional(during), status: optional(oneOf('pending', 'paid')) },
    (books, given) => {
      const now = new Map([...books.payouts].map(([id, payout]) => [id, asOf(books, payout)]));
      return page(
        '/v1/payouts',
        now,
        given,
        (payout) => (given.status ?? payout.status) === payout.status && (given.created?.(payout.created) ?? true),
      );
    },
  ),

  endpoint('GET /v1/payouts/{id}', {}, (books, _given, id) => {
    const payout = books.payouts.get(id);
    return payout === undefined ? fail(missing('payout', id)) : ok(asOf(books, payout));
  }),

  endpoint(
    'POST /v1/payouts',
    {
      amount,
      currency,
      description: optional(text),
      metadata: optional(hash),
      method: optional(oneOf('standard', 'instant')),
    },
    (books, given) => {
      if (given.amount > books.balance(given.currency)) {
        const message = `You have insufficient funds in your account for this payout: ${books.balance(given.currency)} ${given.currency}.`;
        return fail(invalid(message, { code: 'balance_insufficient', param: 'amount' }));
      }
      const payout = newPayout(books, given.amount, given.currency, {
        description: given.description ?? null,
        metadata: given.metadata ?? {},
        method: given.method ?? 'standard',
      });
      const { id, amount, currency, destination } = payout;
      books.moneyOut('payout', `payout:${id}`, amount, currency, `to ${destination}`, destination);
      return ok(payout);
    },
  ),
];

/** Writes a payout into the books, all but its money. */
export function newPayout(
  books: Books,
  amount: number,
  currency: string,
  more: Pick<Payout, 'description' | 'metadata' | 'method'>,
): Payout {
  const payout: Payout = {
    id: books.newId('po'),
    object: 'payout',
    amount,
    arrival_date: books.created + (more.method === 'instant' ? 0 : TWO_DAYS_S),
    automatic: false,
    created: books.created,
    currency,
    destination: books.bankAccount,
    livemode: false,
    status: 'pending',
    type: 'bank_account',
    ...more,
  };
  books.payouts.set(payout.id, payout);
  return payout;
}

function asOf(books: Books, payout: Payout): Payout {
  return books.created >= payout.arrival_date ? { ...payout, status: 'paid' } : payout;
}
