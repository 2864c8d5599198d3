import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { interlock, refundsPolicy, serve, site, token, type Served } from './served.ts';

/** `INTERLOCK_CRASH_ROUNDS=100 npx vitest run test/cli/serve-crash.test.ts` for the long run. */
const ROUNDS = Number(process.env['INTERLOCK_CRASH_ROUNDS'] ?? 12);
const SEED = Number(process.env['INTERLOCK_CRASH_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 16;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const RULES = `
budgets: [{ max: 1000000 USD, per: day, timezone: UTC }]
once: [{ route: create_refund, per: subject }]
`;

const open: { upstream?: RawUpstream; served?: Served } = {};
afterAll(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
});

let charge = 0;

async function refund(door: string, bearer: string, id: string): Promise<number> {
  const response = await fetch(`${door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge: id, amount: '10' }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Refunds one charge after the other until the door is gone. */
async function client(door: string, bearer: string): Promise<void> {
  try {
    for (;;) await refund(door, bearer, `ch_${(charge += 1)}`);
  } catch {
    // Killed, as intended.
  }
}

test(`kill -9 under load, ${ROUNDS} times (seed ${SEED}): the journal holds, and so does what it promised`, async () => {
  const random = prng(SEED);
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  const where = site(refundsPolicy(upstream.origin, RULES));
  const bearer = await token(where, 'refunds-bot');
  const charged = (): string[] =>
    upstream.requests.map(({ body }) => new URLSearchParams(String(body)).get('charge') as string);

  for (let round = 0; round < ROUNDS; round += 1) {
    const served = (open.served = await serve(where));
    // What was sent before the crash is done for ever, also where nobody saw the answer.
    const last = charged().at(-1);
    if (last !== undefined) expect(await refund(served.door, bearer, last)).toBe(409);

    const before = upstream.requests.length;
    const clients = Array.from({ length: CLIENTS }, () => client(served.door, bearer));
    await upstream.arrived(before + 1);
    await pause(random.below(250));
    await served.end('SIGKILL');
    await Promise.all(clients);

    // I7, by the command a person would use.
    const verified = await interlock('audit', 'verify', '--data', where.data, '--json');
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    // I1: every write the upstream saw has its intent. I5: none was seen twice.
    const intents = new Set<string>();
    for (const record of readJournal(where.data, { tail: 'live' })) {
      if (record.kind === 'call' && record.verdict === 'allow') intents.add(record.facts.subject as string);
    }
    const seen = charged();
    expect(seen.filter((id) => !intents.has(`charge:${id}`))).toEqual([]);
    expect(new Set(seen).size).toBe(seen.length);
  }

  expect(upstream.faults.filter((fault) => !/half|unfinished|incomplete/i.test(fault))).toEqual([]);
  // I3: what the books say is spent is no less than what the upstream saw.
  const { stdout } = await interlock('status', '--policy', where.policy, '--data', where.data);
  const status = JSON.parse(stdout) as { agents: { limits: { guard: string; remaining: string }[] }[] };
  const left = Number(status.agents[0]?.limits.find(({ guard }) => guard === 'budget')?.remaining.split(' ')[0]);
  expect(1_000_000 - left).toBeGreaterThanOrEqual(upstream.requests.length * 0.1 - 1e-6);
  expect(await verifyJournal(where.data)).toMatchObject({ ok: true });
}, 600_000);
