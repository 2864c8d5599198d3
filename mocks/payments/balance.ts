import { ok } from '../../src/std/result.ts';
import { endpoint } from './endpoint.ts';

/** What is available. Charges are available at once and cost no fee, so that sums stay easy to check. */
export const balance = [
  endpoint('GET /v1/balance', {}, (books) =>
    ok({
      object: 'balance',
      available: [...books.available].map(([currency, amount]) => ({
        amount,
        currency,
        source_types: { card: amount },
      })),
      livemode: false,
      pending: [],
    }),
  ),
];
