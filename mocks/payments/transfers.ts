import { fail, ok } from '../../src/std/result.ts';
import { endpoint } from './endpoint.ts';
import { invalid, missing } from './errors.ts';
import type { Transfer } from './objects.ts';
import { PAGE, page } from './page.ts';
import { amount, currency, during, hash, optional, text } from './parameters.ts';

/** Money paid to connected accounts. */
export const transfers = [
  endpoint('GET /v1/transfers', { ...PAGE, created: optional(during), destination: optional(text) }, (books, given) =>
    page(
      '/v1/transfers',
      books.transfers,
      given,
      (transfer) =>
        (given.destination ?? transfer.destination) === transfer.destination &&
        (given.created?.(transfer.created) ?? true),
    ),
  ),

  endpoint('GET /v1/transfers/{id}', {}, (books, _given, id) => {
    const transfer = books.transfers.get(id);
    return transfer === undefined ? fail(missing('transfer', id)) : ok(transfer);
  }),

  endpoint(
    'POST /v1/transfers',
    { amount, currency, destination: text, description: optional(text), metadata: optional(hash) },
    (books, given) => {
      if (!books.accounts.has(given.destination)) {
        return fail(missing('destination', given.destination, 'destination', 400));
      }
      if (given.amount > books.balance(given.currency)) {
        const message = `You have insufficient available funds for this transfer: ${books.balance(given.currency)} ${given.currency}.`;
        return fail(invalid(message, { code: 'balance_insufficient', param: 'amount' }));
      }
      const transfer: Transfer = {
        id: books.newId('tr'),
        object: 'transfer',
        amount: given.amount,
        amount_reversed: 0,
        created: books.created,
        currency: given.currency,
        description: given.description ?? null,
        destination: given.destination,
        livemode: false,
        metadata: given.metadata ?? {},
        reversed: false,
      };
      books.transfers.set(transfer.id, transfer);
      const { id, amount, currency, destination } = transfer;
      books.moneyOut('transfer', `account:${destination}`, amount, currency, id, destination);
      return ok(transfer);
    },
  ),
];
