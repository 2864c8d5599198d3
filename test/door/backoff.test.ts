import { afterEach, expect, test } from 'vitest';
import { Stripe } from 'stripe';
import { rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

const ROUTES = `
refund: { match: "POST /v1/refunds", upstream: api, effect: write, subject: "charge:{body.charge}" }
`;
const RULES = 'backoff: [{ effect: write, initial: 1h, factor: 2, max: 1d, attempts: 3 }]';

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(script: Script, rules = RULES): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, rules, allow: '[refund]' }));
  return { upstream, door };
}

function refund({ url, token }: Rig, charge: string, headers = {}): Promise<Response> {
  const body = new URLSearchParams({ charge });
  return fetch(new URL('/v1/refunds', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
}

test('a retry storm under ever new idempotency keys is one call, and reaches the upstream once', async () => {
  const { upstream, door } = await start((_, wire) => wire.send(answer(503)));
  expect((await refund(door, 'ch_1', { 'idempotency-key': 'k0' })).status).toBe(503);
  const storm = await Promise.all(
    Array.from({ length: 20 }, (_, n) => refund(door, 'ch_1', { 'idempotency-key': `k${n + 1}` })),
  );
  expect(storm.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 429));
  expect(Number(storm[0]?.headers.get('retry-after'))).toBeGreaterThan(3_590);
  expect(await storm[0]?.json()).toMatchObject({
    type: 'urn:interlock:problem:backing_off',
    guard: 'backoff',
    retryable: 'after',
    next: { do: 'wait' },
  });
  expect(upstream.requests).toHaveLength(1);
});

test('twins sent together are one attempt: the second waits for the first', async () => {
  const { upstream, door } = await start(async (_, wire) => {
    await upstream.arrived(1);
    await second;
    await wire.send(answer(200));
  });
  const first = refund(door, 'ch_1');
  const second = upstream.arrived(1).then(() => refund(door, 'ch_1'));
  expect((await second).status).toBe(429);
  expect((await first).status).toBe(200);
  expect(upstream.requests).toHaveLength(1);
});

test("a 429's Retry-After holds the agent's other calls of that route too", async () => {
  const { upstream, door } = await start((_, wire) => wire.send(answer(429, { 'Retry-After': '600' })));
  expect((await refund(door, 'ch_1')).status).toBe(429);
  const held = await refund(door, 'ch_2');
  expect(held.status).toBe(429);
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(590);
  expect(await held.json()).toMatchObject({ observed: 'the upstream asked to wait (429)' });
  expect(upstream.requests).toHaveLength(1);
});

test("once its attempts are used up, Stripe's own client stops at once", async () => {
  const { upstream, door } = await start(
    (_, wire) => wire.send(answer(500)),
    'backoff: [{ effect: write, attempts: 1 }]',
  );
  const { hostname, port } = door.url;
  const stripe = new Stripe(door.token, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 5,
    telemetry: false,
  });
  await expect(stripe.refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({ code: 'attempts_exhausted' });
  expect(upstream.requests).toHaveLength(1);
});
