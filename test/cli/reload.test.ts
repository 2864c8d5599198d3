import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { readJournal, redecide, verifyJournal, type Recorded } from '../../src/journal/index.ts';
import { compileRecorded } from '../door/reload/shop-policy.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from './served.ts';

/** `INTERLOCK_CRASH_ROUNDS=100 npx vitest run test/cli/reload.test.ts` for the long run. */
const ROUNDS = Number(process.env['INTERLOCK_CRASH_ROUNDS'] ?? 2);
const SEED = Number(process.env['INTERLOCK_CRASH_SEED'] ?? Date.now() % 1_000_000);
const RELOADS = Number(process.env['INTERLOCK_RELOADS'] ?? 5);
const CLIENTS = 8;
/** A client's pause between two calls: about 200 calls a second in all. */
const PACE_MS = 40;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const open: { upstream?: RawUpstream; served?: Served } = {};
afterEach(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
});

/** The policy's file in its nth form: each a little narrower than the one before. */
function nth(upstream: RawUpstream, n: number): string {
  const rules = `budgets: [{ max: ${1_000_000 - n} USD, per: day, timezone: UTC }]\nonce: [{ route: create_refund, per: subject }]`;
  return refundsPolicy(upstream.origin, rules);
}

interface Told {
  readonly status: number;
  readonly call: string | null;
  readonly reason: string;
  readonly tookMs: number;
}

let charge = 0;

/** Refunds one charge after the other until it is told to stop, or the door is gone. */
async function client(door: string, bearer: string, until: () => boolean, told: Told[]): Promise<void> {
  try {
    while (!until()) {
      const since = performance.now();
      const response = await fetch(`${door}/payments/v1/refunds`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}` },
        body: new URLSearchParams({ charge: `ch_${(charge += 1)}`, amount: '10' }),
      });
      const text = await response.text();
      const reason = /urn:interlock:problem:(\w+)/.exec(text)?.[1] ?? '';
      const tookMs = performance.now() - since;
      told.push({ status: response.status, call: response.headers.get('interlock-call'), reason, tookMs });
      await pause(PACE_MS);
    }
  } catch {
    // Killed, as intended.
  }
}

function reload(where: Site): ReturnType<typeof interlock> {
  return interlock('policy', 'reload', '--data', where.data, '--by', 'ann', '--json');
}

/** I7, I8, and one verdict for each call. */
async function expectSound({ data }: Site): Promise<readonly Recorded[]> {
  expect(await verifyJournal(data)).toMatchObject({ ok: true });
  const records = [...readJournal(data, { tail: 'live' })];
  expect(redecide(records, compileRecorded).differences).toEqual([]);
  const calls = records.flatMap((record) => (record.kind === 'call' ? [record.call] : []));
  expect(new Set(calls).size).toBe(calls.length);
  return records;
}

test(`a door under load is given ${RELOADS} policies, one after the other, and every call one verdict`, async () => {
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  const where = site(nth(upstream, 0));
  const served = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');
  const told: Told[] = [];
  let isOver = false;
  const clients = Array.from({ length: CLIENTS }, () => client(served.door, bearer, () => isOver, told));
  const admin = JSON.parse(readFileSync(`${where.data}/control.json`, 'utf8')) as { token: string };
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
  const pauses: number[] = [];
  for (let n = 1; n <= RELOADS; n += 1) {
    writeFileSync(where.policy, nth(upstream, n));
    const body = JSON.stringify({ by: 'ann' });
    const answer = await fetch(`${served.control}/v1/policy/reload`, { method: 'POST', headers, body });
    const done = (await answer.json()) as { loaded: boolean; pausedMs: number };
    expect(done).toMatchObject({ loaded: true });
    pauses.push(done.pausedMs);
  }
  isOver = true;
  await Promise.all(clients);
  await served.end('SIGTERM');

  const records = await expectSound(where);
  const policies = records.filter(({ kind }) => kind === 'policy');
  expect(policies).toHaveLength(RELOADS + 1);
  expect(policies.slice(1)).toMatchObject(policies.slice(1).map(() => ({ by: 'human:ann' })));
  // Whatever agents were told is on record, and nothing is missing but what came in between two policies.
  const verdicts = new Map(
    records.flatMap((record) => (record.kind === 'call' ? [[record.call, record.verdict]] : [])),
  );
  expect(told.length).toBeGreaterThan(20);
  for (const { status, call, reason } of told) {
    if (status === 200) expect(verdicts.get(call as never)).toBe('allow');
    else expect(reason).toBe('policy_changed');
  }
  // Everything that the upstream saw was allowed by somebody, once.
  const seen = upstream.requests.map(({ body }) => new URLSearchParams(String(body)).get('charge'));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe([...verdicts.values()].filter((verdict) => verdict === 'allow').length);
  const took = told.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number): string => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
  console.log(
    `${told.length} calls, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(0.9999)} ms; pauses: most ${Math.max(...pauses).toFixed(2)} ms`,
  );
});

test(`kill -9 during a reload, ${ROUNDS} times (seed ${SEED}): the journal holds, and one policy or the other`, async () => {
  const random = prng(SEED);
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  const where = site(nth(upstream, 0));
  let served = (open.served = await serve(where));
  const bearer = await token(where, 'refunds-bot');
  for (let round = 1; round <= ROUNDS; round += 1) {
    const clients = Array.from({ length: CLIENTS }, () => client(served.door, bearer, () => false, []));
    await upstream.arrived(upstream.requests.length + 1);
    writeFileSync(where.policy, nth(upstream, round));
    const reloading = reload(where);
    await pause(600 + random.below(2_500));
    await served.end('SIGKILL');
    await Promise.all([...clients, reloading]);
    const records = await expectSound(where);
    const last = records.findLast(({ kind }) => kind === 'policy');
    expect([nth(upstream, round - 1), nth(upstream, round)]).toContain(last?.kind === 'policy' ? last.text : '');
    served = open.served = await serve(where);
  }
  await served.end('SIGTERM');
  await expectSound(where);
});

const command = (where: Site, ...more: readonly string[]): ReturnType<typeof interlock> =>
  interlock('policy', 'reload', '--data', where.data, '--by', 'ann', ...more);

test('the command says what a policy would do, and does it', async () => {
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  const where = site(nth(upstream, 5));
  open.served = await serve(where);
  writeFileSync(where.policy, nth(upstream, 6));
  expect((await command(where, '--dry')).stdout).toMatch(
    /^refunds-bot: narrower\n {2}money a day: 999995\.00 USD → 999994\.00 USD\nIt would be loaded: [0-9a-f]{12} → [0-9a-f]{12}\. Nothing was changed\.\n$/,
  );
  expect((await command(where)).stdout).toMatch(/\nLoaded: .* in \d+ ms; no call could be judged for \d+\.\d ms\.\n$/);
  expect((await command(where)).stdout).toMatch(/^The file says what the door goes by already/);
});

test('the command says why not', async () => {
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  const where = site(nth(upstream, 5));
  expect((await command(where)).stderr).toContain('No door runs');
  open.served = await serve(where);
  writeFileSync(where.policy, nth(upstream, 4));
  const wider = await command(where);
  expect(wider).toMatchObject({ code: 1, stdout: expect.stringContaining('refunds-bot: wider') });
  expect(wider.stderr).toMatch(
    /refunds-bot \(production\) could do more, .*\n\nNothing was loaded: the door goes on with/,
  );
  writeFileSync(where.policy, 'version: 1\nroutes: [');
  expect((await command(where)).stderr).toContain(`${where.policy}:2:`);
});
