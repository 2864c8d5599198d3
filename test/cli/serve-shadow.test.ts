import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { readJournal, type CallEntry } from '../../src/journal/index.ts';
import { answer, rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { api, json, ref, sends } from '../stages/rig.ts';
import { interlock, serve, site, token, type Served, type Site } from './served.ts';

/** `INTERLOCK_CRASH_ROUNDS=50 npx vitest run test/cli/serve-shadow.test.ts` for the long run. */
const ROUNDS = Number(process.env['INTERLOCK_CRASH_ROUNDS'] ?? 2);
const SEED = Number(process.env['INTERLOCK_CRASH_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 12;
/** Answers in each round before the door is killed. */
const ANSWERED_MIN = 10;

const ORDER = {
  type: 'object',
  required: ['id', 'sku'],
  properties: { id: { type: 'string' }, sku: { type: 'string' }, count: { type: 'integer' } },
};
const DOCUMENT = api(
  {
    '/v1/orders': {
      get: { responses: { 200: json({ type: 'array', items: ref('Order') }) } },
      post: { ...sends(ref('Order')), responses: { 201: json(ref('Order')) } },
    },
    '/v1/orders/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: json(ref('Order')) },
      },
      delete: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 204: { description: '' } },
      },
    },
  },
  { Order: ORDER },
);

const open: { upstream?: RawUpstream; served?: Served } = {};
afterAll(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
});

function shadowSite(origin: URL): Site {
  const where = site(`version: 1
upstreams:
  shop: { url: "${origin.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, openapi: ./api.json, shape: off }
routes:
  list_orders: { match: GET /v1/orders, upstream: shop, effect: read }
  get_order: { match: "GET /v1/orders/{id}", upstream: shop, effect: read, subject: "order:{id}" }
  create_order: { match: POST /v1/orders, upstream: shop, effect: write }
  delete_order: { match: "DELETE /v1/orders/{id}", upstream: shop, effect: destructive, subject: "order:{id}" }
agents:
  clerk: { stage: shadow, allow: [list_orders, get_order, create_order, delete_order] }
`);
  writeFileSync(path.join(path.dirname(where.policy), 'api.json'), JSON.stringify(DOCUMENT));
  return where;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** The real shop has one order, and would say yes to everything. */
function shop(): Promise<RawUpstream> {
  return rawUpstream(({ target }, wire) =>
    wire.send(
      answer(200, JSON_TYPE, target === '/v1/orders' ? '[{"id":"o_1","sku":"real"}]' : '{"id":"o_1","sku":"real"}'),
    ),
  );
}

function ask(door: string, bearer: string, method: string, target: string, body?: object): Promise<Response> {
  return fetch(`${door}/shop${target}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body && JSON_TYPE) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

test('a real door in shadow: what was ordered is there for its session, also after a restart, and the shop never hears of it', async () => {
  const upstream = (open.upstream = await shop());
  const where = shadowSite(upstream.origin);
  const bearer = await token(where, 'clerk');
  let served = (open.served = await serve(where));
  const created = await ask(served.door, bearer, 'POST', '/v1/orders', { sku: 'tea', count: 2 });
  expect([created.status, created.headers.get('interlock-verdict'), created.headers.get('interlock-origin')]).toEqual([
    201,
    'captured',
    'synthetic',
  ]);
  const order = (await created.json()) as { id: string };
  expect(order).toMatchObject({ sku: 'tea', count: 2 });
  expect((await ask(served.door, bearer, 'DELETE', '/v1/orders/o_1')).status).toBe(204);

  const look = async (): Promise<readonly unknown[]> => {
    const one = await ask(served.door, bearer, 'GET', `/v1/orders/${order.id}`);
    const gone = await ask(served.door, bearer, 'GET', '/v1/orders/o_1');
    const all = await ask(served.door, bearer, 'GET', '/v1/orders');
    expect(one.headers.get('interlock-origin')).toBe('overlay');
    return [one.status, await one.json(), gone.status, await all.json(), all.headers.get('interlock-unmerged')];
  };
  const seen = await look();
  // Nothing says how the list is sorted, but one item is all of it: the new order is there, and the deleted one is not.
  expect(seen).toEqual([200, order, 404, [order], null]);
  expect(await served.end('SIGTERM')).toBe(0);
  served = open.served = await serve(where);
  expect(await look()).toEqual(seen);

  const self = await fetch(`${served.door}/.interlock/self`, { headers: { authorization: `Bearer ${bearer}` } });
  expect(await self.json()).toMatchObject({
    stage: 'shadow',
    stageMeans: expect.stringContaining('never sent') as string,
  });
  await served.end('SIGKILL');
  expect(upstream.requests.map(({ method }) => method).filter((method) => method !== 'GET')).toEqual([]);
  expect((await interlock('audit', 'redecide', '--data', where.data)).code).toBe(0);
  await upstream.close();
}, 30_000);

test(`kill -9 of a door in shadow under load, ${ROUNDS} times (seed ${SEED}): no write leaves, and whatever was answered is on record`, async () => {
  const random = prng(SEED);
  const upstream = (open.upstream = await shop());
  const where = shadowSite(upstream.origin);
  const bearer = await token(where, 'clerk');
  const answered: string[] = [];
  let orders = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const served = (open.served = await serve(where));
    const client = async (): Promise<void> => {
      try {
        for (;;) {
          const created = await ask(served.door, bearer, 'POST', '/v1/orders', { sku: `tea ${(orders += 1)}` });
          await created.arrayBuffer();
          if (created.status === 201) answered.push(created.headers.get('interlock-call') ?? '');
        }
      } catch {
        // Killed, as intended.
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    // Under load, however busy the machine: so many have their answer in this round before it dies at some moment.
    const before = answered.length;
    while (answered.length - before <= ANSWERED_MIN) await pause(5);
    await pause(random.below(200));
    await served.end('SIGKILL');
    await Promise.all(clients);
  }
  const served = (open.served = await serve(where));
  await served.end('SIGTERM');
  const records = [...readJournal(where.data)];
  const captured = new Set(
    records.flatMap((record) => (record.kind === 'call' && record.verdict === 'capture' ? [record.call] : [])),
  );
  const ended = new Set(
    records.flatMap((record) =>
      record.kind === 'recovery' ? record.unknown : record.kind === 'outcome' ? [record.call] : [],
    ),
  );
  expect(answered.length).toBeGreaterThan(ROUNDS * ANSWERED_MIN);
  expect(answered.filter((call) => !captured.has(call as CallEntry['call']))).toEqual([]);
  expect([...captured].filter((call) => !ended.has(call))).toEqual([]);
  expect([upstream.opened, upstream.receivedBytes]).toEqual([0, 0]);
  expect((await interlock('audit', 'verify', '--data', where.data)).code).toBe(0);
  expect((await interlock('audit', 'redecide', '--data', where.data)).code).toBe(0);
}, 120_000);
