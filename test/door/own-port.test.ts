import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UpstreamId } from '../../src/engine/ids.ts';
import { UNHURRIED } from '../../src/door/limits.ts';
import { openDoor, type OpenDoor } from '../../src/door/open.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

/*
 * One upstream has a port of its own, where its paths stand as they are; the other is reached by its name alone. Whatever the
 * door tells an agent to call must be a call that works where the agent asked, or it must say where else.
 */

const POLICY = `
version: 1
upstreams:
  payments: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer }, port: 0 }
  shop: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund: { match: POST /v1/refunds, upstream: payments, effect: write, subject: "charge:{body.charge}" }
  get_order: { match: "GET /orders/{id}", upstream: shop, effect: read, subject: "order:{id}" }
  credit_order: { match: "POST /v1/credits", upstream: payments, effect: write, subject: "order:{body.order}" }
agents:
  bot:
    stage: production
    allow: [get_charge, create_refund, get_order, credit_order]
    fresh: [{ route: create_refund, read: get_charge, maxAge: 1h }, { route: credit_order, read: get_order, maxAge: 1h }]
`;

let upstream: RawUpstream;
let door: OpenDoor;
let close: () => Promise<void>;
let authorization: string;

beforeAll(async () => {
  upstream = await rawUpstream((_request, wire) =>
    wire.send(answer(200, { 'Content-Type': 'application/json' }, '{}')),
  );
  const loaded = loadPolicy(POLICY, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 8 };
  const transport = undiciTransport(upstream.origin, limits, { network: 'loopback', secrets: ['sk_key'] });
  const link = { transport, headers: ['host', 'upstream'], basePath: '', secrets: ['sk_key'] };
  door = await openDoor({
    policy: loaded.value,
    dir: mkdtempSync(path.join(tmpdir(), 'interlock-own-port-')),
    port: 0,
    link: () => link,
    limits: UNHURRIED,
    onFailure: (error) => {
      throw error;
    },
  });
  const request = { agent: 'bot', task: 't', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
  const made = await door.operations.createGrant(request);
  if (!made.ok) throw new Error(made.failure.message);
  authorization = `Bearer ${made.value.token}`;
  close = async () => {
    await door.close(0);
    await transport.close();
    await upstream.close();
  };
});
afterAll(() => close());

const own = (): string => door.urls.get('payments' as UpstreamId) ?? '';

async function ask(base: string, method: string, target: string, body?: object): Promise<Response> {
  return fetch(new URL(target, base), {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

interface Told {
  readonly next: {
    readonly read: { readonly target: string; readonly upstream: string; readonly path: string | null };
  };
}

test.each([
  ['on the common address', () => door.url, '/payments', ['/payments/v1/charges/ch_1', '/shop/orders/o1']],
  ['on its own port', own, '', ['/v1/charges/ch_1', null]],
])('a denial %s names a read that works there, or none', async (_where, base, prefix, paths) => {
  const refunded = await ask(base(), 'POST', `${prefix}/v1/refunds`, { charge: 'ch_1' });
  const credited = await ask(base(), 'POST', `${prefix}/v1/credits`, { order: 'o1' });
  const told = (await Promise.all([refunded, credited].map((one) => one.json()))) as Told[];
  expect(told.map(({ next }) => next.read.path)).toEqual(paths);
  expect(told.map(({ next: { read } }) => [read.upstream, read.target])).toEqual([
    ['payments', '/v1/charges/ch_1'],
    ['shop', '/orders/o1'],
  ]);
});

test.each([
  ['on the common address', () => door.url],
  ['on an upstream’s own port', own],
])('each call that an agent is told of %s is a call that works where it says', async (_where, base) => {
  const self = (await (await ask(base(), 'GET', '/.interlock/self')).json()) as {
    readonly routes: readonly { readonly route: string; readonly call: string; readonly at?: string }[];
  };
  expect(self.routes).toHaveLength(4);
  for (const { route, call, at } of self.routes) {
    expect(at === undefined, route).toBe(base() === door.url || route !== 'get_order');
    const [method = '', template = ''] = call.split(' ');
    const body = method === 'POST' ? { charge: 'ch_none', order: 'o_none' } : undefined;
    const answered = await ask(at === undefined ? base() : door.url, method, template.replace('{id}', 'x'), body);
    const text = await answered.text();
    expect(text, `${call}: ${text}`).toMatch(method === 'GET' ? /^\{\}$/ : /never_read/);
  }
});

test('what the other address would be called is no call on an upstream’s own port', async () => {
  expect((await ask(own(), 'GET', '/payments/v1/charges/ch_1')).status).toBe(403);
  expect((await ask(own(), 'GET', '/shop/orders/o1')).status).toBe(403);
});
