import { afterEach, expect, test } from 'vitest';
import { rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

const ROUTES = `
get_order: { match: "GET /orders/{id}", upstream: api, effect: read, subject: "order:{id}" }
put_order: { match: "PUT /orders/{order}", upstream: api, effect: write, subject: "order:{order}" }
refund: { match: "POST /refunds", upstream: api, effect: write, subject: "order:{body.order}" }
`;
const RULES = 'fresh: [{ effect: write, read: get_order, maxAge: 1h }]';

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(script: Script): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const allow = '[get_order, put_order, refund]';
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, rules: RULES, allow }));
  return { upstream, door };
}

function send({ url, token }: Rig, method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
  return fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const tagged: Script = ({ method, headers }, wire) => {
  const at = headers.findIndex((text) => text.toLowerCase() === 'if-match');
  if (method === 'GET') return wire.send(answer(200, { ETag: '"v7"', 'Content-Type': 'application/json' }, '{}'));
  return wire.send(answer(at === -1 || headers[at + 1] === '"v7"' ? 200 : 412));
};

test('a write that looked at nothing is told to read, and how; having read, it passes', async () => {
  const { upstream, door } = await start(tagged);
  const refused = await send(door, 'POST', '/refunds', { order: '1' });
  expect(refused.status).toBe(412);
  expect(await refused.json()).toMatchObject({
    type: 'urn:interlock:problem:never_read',
    retryable: 'if-changed',
    hint: 'Read order:1 with get_order first, and decide anew on what it says now.',
    next: { do: 'read', read: { route: 'get_order', method: 'GET', target: '/orders/1' } },
  });
  expect(upstream.requests).toHaveLength(0);
  await (await send(door, 'GET', '/orders/1')).text();
  expect((await send(door, 'POST', '/refunds', { order: '1' })).status).toBe(200);
  const again = await send(door, 'POST', '/refunds', { order: '1' });
  expect(await again.json()).toMatchObject({ type: 'urn:interlock:problem:changed_since_read' });
});

test("the read's ETag goes with a write to the same address, judged, journalled and sent alike", async () => {
  const { upstream, door } = await start(tagged);
  await (await send(door, 'GET', '/orders/1')).text();
  expect((await send(door, 'PUT', '/orders/1', { note: 'x' })).status).toBe(200);
  const sent = upstream.requests[1]?.headers ?? [];
  expect(sent[sent.findIndex((text) => text.toLowerCase() === 'if-match') + 1]).toBe('"v7"');
  const put = (await door.records()).find((record) => record.kind === 'call' && record.route === 'put_order');
  expect(put).toMatchObject({ headers: { 'if-match': '"v7"' } });
});

test("an agent's own If-Match stands, and the upstream's 412 reaches it as it is", async () => {
  const { upstream, door } = await start(tagged);
  await (await send(door, 'GET', '/orders/1')).text();
  const refused = await send(door, 'PUT', '/orders/1', { note: 'x' }, { 'if-match': '"v6"' });
  expect(refused.status).toBe(412);
  expect(refused.headers.get('content-type')).toBeNull();
  const sent = upstream.requests[1]?.headers.filter((text) => text.startsWith('"v')) ?? [];
  expect(sent).toEqual(['"v6"']);
});
