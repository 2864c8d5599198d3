import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AGENT, rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream, type Wire } from './raw-upstream.ts';

const PAUSE_MS = 30_000;
const OPTIONS: RigOptions = {
  routes: `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read }
list_charges: { match: "GET /v1/charges", upstream: api, effect: read }`,
  allow: '[get_charge, list_charges]',
  upstream: 'breaker: { errors: 50%, within: 10s, minimum: 5, open: 30s, probes: 3 }',
  others: ['neighbour'],
};

let upstream: RawUpstream;
let door: Rig;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(answer(503)));
  door = await rig(upstream.origin, OPTIONS);
});
afterEach(async () => {
  await door.close();
  await upstream.close();
});

const get = (token: string, path = '/v1/charges/ch_1') =>
  fetch(new URL(path, door.url), { headers: { authorization: `Bearer ${token}` } });

async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await (await get(door.token)).arrayBuffer();
}

/** The same door, closed and opened again later. */
async function reopen(laterMs: number): Promise<void> {
  const startsAt = door.door.clock.now() + laterMs;
  await door.close();
  door = await rig(upstream.origin, { ...OPTIONS, dir: door.dir, startsAt });
}

test('opened by one agent’s failures, it keeps every agent off the route, and off that route alone', async () => {
  await fail(5);
  expect(upstream.requests.length).toBe(5);
  const neighbour = await door.grant('neighbour');
  const refused = await get(neighbour);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(25);
  expect(await refused.json()).toMatchObject({
    type: 'urn:interlock:problem:circuit_open',
    guard: 'breaker',
    rule: 'upstreams.api.breaker',
    observed: '5 of 5 calls in 10s failed (100%)',
    limit: '50% failed',
    retryable: 'after',
  });
  expect(upstream.requests.length).toBe(5);
  await (await get(neighbour, '/v1/charges')).arrayBuffer();
  expect(upstream.requests.length).toBe(6);
});

test('a restart keeps it open', async () => {
  await fail(5);
  await reopen(1_000);
  expect((await get(door.token)).status).toBe(503);
  expect(upstream.requests.length).toBe(5);
});

test('of fifty calls at once when the pause is over exactly the probes arrive, and their success closes it', async () => {
  await fail(5);
  const waiting: Wire[] = [];
  upstream.act((_, wire) => waiting.push(wire));
  await reopen(PAUSE_MS);
  const calls = Array.from({ length: 50 }, () => get(door.token));
  const statuses = calls.map((call) => call.then(({ status }) => status));
  // Those that are refused are answered at once; the probes wait for the upstream.
  const refused: number[] = [];
  await new Promise<void>((resolve) => {
    for (const status of statuses) void status.then((known) => refused.push(known) === 47 && resolve(undefined));
  });
  await upstream.arrived(5 + 3);
  expect(refused).toEqual(Array.from({ length: 47 }, () => 503));
  expect(upstream.requests.length).toBe(5 + 3);

  upstream.act((_, wire) => wire.send(answer(200)));
  for (const wire of waiting) void wire.send(answer(200));
  expect((await Promise.all(statuses)).filter((status) => status === 200)).toHaveLength(3);
  const after = await Promise.all(Array.from({ length: 50 }, () => get(door.token)));
  expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
});

test('a probe that fails opens it again, for twice as long, also across restarts', async () => {
  await fail(5);
  await reopen(PAUSE_MS);
  await fail(1);
  expect(upstream.requests.length).toBe(6);
  await reopen(2 * PAUSE_MS - 1_000);
  await fail(1);
  expect(upstream.requests.length).toBe(6);
  await reopen(1_000);
  await fail(1);
  expect(upstream.requests.length).toBe(7);
  const calls = (await door.records()).filter((record) => record.kind === 'call' && record.verdict === 'allow');
  expect(calls.length).toBe(upstream.requests.length);
  expect(door.door.engine.freezes().map(({ agent }) => agent)).not.toContain(AGENT);
});

test('a probe whose outcome is lost in a crash has failed', async () => {
  await fail(5);
  upstream.act(() => undefined);
  await reopen(PAUSE_MS);
  const probe = get(door.token).catch(() => undefined);
  await upstream.arrived(6);
  // What a crash would leave of the journal at this moment.
  await door.door.journal.durable();
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-rig-'));
  cpSync(path.join(door.dir, 'segments'), path.join(dir, 'segments'), { recursive: true });
  const startsAt = door.door.clock.now();
  await door.close();
  await probe;
  door = await rig(upstream.origin, { ...OPTIONS, dir, startsAt });
  const refused = await get(door.token);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ guard: 'breaker', observed: 'a probe failed' });
  expect(upstream.requests.length).toBe(6);
});
