import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { redecide } from '../../src/journal/index.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { AGENT, rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

// What a review of the guards found; each broke a promise once.

const ROUTES = `
get_order: { match: "GET /orders/{id}", upstream: api, effect: read, subject: "order:{id}" }
refund: { match: "POST /orders/{id}/refund", upstream: api, effect: write, subject: "order:{id}" }
annotate: { match: "POST /orders/{id}/notes", upstream: api, effect: write, subject: "order:{id}:{body.note}" }
`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const fine: Script = (_, wire) => wire.send(answer(200, JSON_TYPE, '{"open":true}'));

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(
  options: Partial<RigOptions>,
  script: Script = fine,
): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const door = (open.door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[get_order, refund, annotate]',
    ...options,
  }));
  return { upstream, door };
}

async function send(door: Rig, method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, door.url), {
    method,
    headers: { authorization: `Bearer ${door.token}`, ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

const kindsOf = async (door: Rig): Promise<string[]> => (await door.records()).map(({ kind }) => kind);

async function redecided(door: Rig): Promise<unknown> {
  return redecide(await door.records(), (recorded) => {
    const loaded = loadRecorded(recorded);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return loaded.value.policy;
  }).differences;
}

test('I6: an agent that sends subjects of a megabyte can still be killed, and its records stay small', async () => {
  const { door, upstream } = await start({ rules: 'rates: [{ route: annotate, max: 1, per: 1h }]' });
  const note = 'x'.repeat(800_000);
  for (let index = 0; index < 12; index += 1) await send(door, 'POST', '/orders/1/notes', { note });
  const arrived = upstream.requests.length;
  expect(await door.door.operations.kill(AGENT, 'floods', 'ada')).toMatchObject({ ok: true });
  expect((await send(door, 'POST', '/orders/1/refund')).body).toMatchObject({ guard: 'freeze' });
  expect(upstream.requests).toHaveLength(arrived);
  const freeze = (await door.records()).find(({ kind }) => kind === 'freeze');
  expect(JSON.stringify(freeze).length).toBeLessThan(20_000);
});

test('I6: where the record of a freeze cannot be written, the agent is stopped all the same', async () => {
  let full = false;
  const { door, upstream } = await start({
    journal: (journal) => ({
      append: (entry) => {
        if (full && entry.kind === 'freeze') throw new Error('no space left');
        journal.append(entry);
      },
      durable: () => journal.durable(),
    }),
  });
  full = true;
  await expect(door.door.operations.kill(AGENT, 'enough', 'ada')).rejects.toThrow('no space left');
  expect((await send(door, 'POST', '/orders/1/refund')).status).toBe(403);
  expect(upstream.requests).toHaveLength(0);
});

test('I6: the call whose own decision raises the alarm is not sent', async () => {
  const rules = 'triggers: [{ errorRate: 50%, within: 2s, minimum: 2, onTrip: kill }]';
  const { door, upstream } = await start({ rules });
  const reads = (): Promise<unknown> => Promise.all([1, 2, 3].map((id) => send(door, 'GET', `/orders/${id}`)));
  await reads();
  await sleep(1_200);
  upstream.act((_, wire) => wire.rst());
  await Promise.all([4, 5].map((id) => send(door, 'GET', `/orders/${id}`)));
  expect(await kindsOf(door)).not.toContain('freeze');
  // Two of five were too few; once the three have left the window, the next decision sees two of two.
  await sleep(1_000);
  upstream.act(fine);
  const arrived = upstream.requests.length;
  expect((await send(door, 'POST', '/orders/1/refund').catch(() => ({ status: 0 }))).status).not.toBe(200);
  expect(upstream.requests).toHaveLength(arrived);
  const kinds = await kindsOf(door);
  expect(kinds.slice(kinds.indexOf('freeze') - 1, kinds.indexOf('freeze') + 2)).toEqual(['call', 'freeze', 'outcome']);
});

test('volume: what the door reads for itself raises no limit, and held calls cost the upstream no read', async () => {
  const routes = ROUTES.replace(
    'refund: { match: "POST /orders/{id}/refund", upstream: api, effect: write, subject: "order:{id}"',
    '$&, precondition: { read: "GET /orders/{id}", require: "response.body.open" }',
  );
  const rules = 'volume: [{ route: refund, max: 10%, of: get_order, per: 1h, free: 0 }]';
  const { door, upstream } = await start({ routes, rules });
  for (let id = 0; id < 12; id += 1) expect((await send(door, 'POST', `/orders/${id}/refund`)).status).toBe(202);
  expect(upstream.requests).toHaveLength(0);
});

test('fresh: an answer that broke off, or a part of one, is no read', async () => {
  const { door, upstream } = await start({ rules: 'fresh: [{ route: refund, read: get_order, maxAge: 60s }]' });
  upstream.act(async (_, wire) => {
    await wire.send('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"ope');
    wire.rst();
  });
  await send(door, 'GET', '/orders/1').catch(() => undefined);
  upstream.act((_, wire) => wire.send(answer(206, { ...JSON_TYPE, 'Content-Range': 'bytes 0-1/9' }, '{}')));
  await send(door, 'GET', '/orders/1', undefined, { range: 'bytes=0-1' });
  expect((await send(door, 'POST', '/orders/1/refund')).body).toMatchObject({ guard: 'fresh' });
});

test('approval: a refusal stands although no rule asks any more, and If-Match is part of what was approved', async () => {
  const rules = 'volume: [{ route: refund, max: 50%, of: get_order, per: 1h, free: 0 }]';
  const { door, upstream } = await start({ rules });
  const held = await send(door, 'POST', '/orders/1/refund', undefined, { 'if-match': '"v7"' });
  expect(await door.door.operations.reject(String(held.body['hold']), 'ada', 'never this one')).toMatchObject({
    ok: true,
  });
  for (const id of [1, 2, 3]) await send(door, 'GET', `/orders/${id}`);
  const again = await send(door, 'POST', '/orders/1/refund', undefined, { 'if-match': '"v7"' });
  expect([again.status, again.body['type']]).toEqual([403, 'urn:interlock:problem:approval_refused']);
  expect(upstream.requests.filter(({ method }) => method === 'POST')).toHaveLength(0);
});

test('I8: a freeze by one trigger and a kill by another decide again as they stand, the gravest alarm first', async () => {
  const rules =
    'triggers: [{ same: call, count: 3, within: 1h, onTrip: freeze }, { denials: 3, within: 1h, onTrip: kill }]';
  const { door } = await start({ rules, allow: '[get_order, refund, annotate]' });
  const nowhere = () => send(door, 'DELETE', '/orders/1');
  for (let index = 0; index < 4; index += 1) expect((await nowhere()).status).toBe(403);
  expect(await kindsOf(door)).toContain('freeze');
  expect(await redecided(door)).toEqual([]);
});
