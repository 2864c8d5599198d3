import { Stripe } from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rig, type Rig } from './open-door.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{"object":"refund"}'.replace(
  '18',
  '19',
);
const ROUTES = `
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
`;

let upstream: RawUpstream;
let door: Rig;
beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[refund]',
    rules: 'once: [{ route: refund, per: subject }]',
  });
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});

test('the official Stripe client takes a denial for an error, and does not retry it', async () => {
  const stripe = new Stripe(door.token, {
    host: door.url.hostname,
    port: door.url.port,
    protocol: 'http',
    maxNetworkRetries: 3,
  });
  await stripe.refunds.create({ charge: 'ch_1', amount: 500 });
  const denied = stripe.refunds.create({ charge: 'ch_1', amount: 500 });
  await expect(denied).rejects.toMatchObject({
    statusCode: 409,
    code: 'already_done',
    message: expect.stringContaining('Read its state'),
  });
  expect(upstream.requests).toHaveLength(1);
  expect((await door.records()).filter(({ kind }) => kind === 'call')).toHaveLength(2);
});
