import { Stripe } from 'stripe';
import { answer, json } from './answers.ts';
import { failing, inTurn, listed, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

/** The official Stripe client, its own retries on. */
export const stripe: Client = {
  name: 'stripe',
  ownPort: true,
  respond: (request, nth) => business(request, nth),
  run: ({ host, port, key }) => {
    const client = new Stripe(key, { host, port, protocol: 'http', maxNetworkRetries: 2, telemetry: false });
    return inTurn({
      'a charge': () => client.charges.retrieve('ch_1'),
      'a charge, with nested fields expanded': () =>
        client.charges.retrieve('ch_1', { expand: ['customer', 'balance_transaction.source'] }),
      'an id that has to be escaped': () => client.products.retrieve('prod a+b&ü'),
      'all pages of a list': () =>
        listed(client.charges.list({ limit: 2, created: { gte: 1_700_000_000, lt: 1_800_000_000 } })),
      'a search with quotes, colons and brackets': () =>
        client.charges.search({
          query: "amount>999 AND metadata['order id']:'67 35' AND status:\"succeeded\"",
          limit: 10,
        }),
      'a refund with metadata': () =>
        client.refunds.create(
          {
            charge: 'ch_1',
            amount: 2000,
            reason: 'requested_by_customer',
            metadata: { order_id: '6735', note: "it's broken; 100% (café) & more\nline two", 'key with space': 'x=y' },
            expand: ['charge', 'balance_transaction'],
          },
          { idempotencyKey: 'refund-6735' },
        ),
      'a list of maps': () =>
        client.invoices.createPreview(
          {
            customer: 'cus_1',
            invoice_items: [
              { price: 'price_1', quantity: 2, metadata: { a: '1' } },
              { price: 'price_2', discounts: [{ coupon: 'c' }] },
            ],
            automatic_tax: { enabled: true },
          },
          { idempotencyKey: 'preview-1' },
        ),
      'an empty value that unsets a field': () =>
        client.customers.update('cus_1', { description: '', metadata: { old: null } }, { idempotencyKey: 'update-1' }),
      'for another account, in another version': () =>
        client.balance.retrieve({}, { stripeAccount: 'acct_1', apiVersion: '2024-06-20' }),
      'a customer deleted': () => client.customers.del('cus_1'),
      'a capture without a body': () => client.paymentIntents.capture('pi_1', {}, { idempotencyKey: 'capture-1' }),
      'a raw request with JSON (v2)': () =>
        client.rawRequest(
          'POST',
          '/v2/billing/meter_events',
          { event_name: 'tokens', payload: { value: '25', ümläut: '€' } },
          {
            idempotencyKey: 'meter-1',
          },
        ),
      'a write that is answered at the second attempt': () =>
        client.transfers.create(
          { amount: 400, currency: 'usd', destination: 'acct_1' },
          { idempotencyKey: 'transfer-1' },
        ),
      'an answer with an error': () => failing(() => client.charges.retrieve('ch_missing')),
      'an id of a path in a subscription': () => client.subscriptionItems.del('si_1', { proration_behavior: 'none' }),
    });
  },
};

const business: Respond = ({ method, target }, nth) => {
  if (target.startsWith('/v1/charges/ch_missing')) {
    const error = { type: 'invalid_request_error', code: 'resource_missing', message: 'No such charge' };
    return json({ error }, { 'Request-Id': 'req_1' }, 404);
  }
  if (target.startsWith('/v1/charges?')) {
    const last = target.includes('starting_after=ch_2');
    const data = (last ? ['ch_3'] : ['ch_1', 'ch_2']).map((id) => ({ id, object: 'charge' }));
    return json({ object: 'list', url: '/v1/charges', has_more: !last, data });
  }
  if (target.startsWith('/v1/transfers') && nth === 0) return answer(503, { 'Retry-After': '0' });
  return json({ id: 'x_1', object: 'thing', method, deleted: method === 'DELETE' }, { 'Request-Id': 'req_2' });
};
