import { Session } from 'node:inspector';
import payments from '../mocks/payments.ts';
import { studyField, studyPolicy } from '../probe/policies.ts';
import { adversaries } from '../src/lab/adversaries/all.ts';
import { neverOracles } from '../src/lab/oracles/never.ts';
import { promiseOracles } from '../src/lab/oracles/promises.ts';
import { Arena } from '../src/lab/probe/arena.ts';
import { type Field, newField } from '../src/lab/probe/field.ts';
import type { ProbeRequest } from '../src/lab/probe/course.ts';
import { search } from '../src/lab/probe/search.ts';
import { loadPolicy } from '../src/policy/index.ts';
import { partsOf, type Part, type Profile } from './probe/parts.ts';
import { spread, type Spread } from './statistics.ts';

/** Calls judged for each second of a core, with the payments world behind them. */
export interface ProbeFigures {
  readonly policy: string;
  /** `arena`: calls alone; `search`: with adversaries, fast-check, oracles, coverage and nearness. */
  readonly what: 'arena' | 'search';
  readonly calls: number;
  readonly perSecond: Spread;
}

export interface ProbeBench {
  readonly figures: readonly ProbeFigures[];
  /** Where the time of a search under the plain policy goes: shares of 1, the largest first. */
  readonly parts: readonly Part[];
}

const STARTS_AT = Date.UTC(2026, 0, 5);
const PLAIN = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, { route: create_refund, when: "body.amount <= 20000" }]
    rates: [{ route: create_refund, max: 100, per: 1h }]
    budgets: [{ max: 500 USD, per: day, timezone: America/New_York }]
    once: [{ route: create_refund, per: subject }]
never:
  - { effect: create_refund, morePer: subject, than: 1 }
  - { effect: create_refund, over: 100, per: 50m }
`;

/**
 * Under a plain policy, and under one of the study with most guards and a read before every write. Each round is a search of
 * its own seed, and as many calls without one.
 */
export async function benchProbe(rounds: number, runs: number): Promise<ProbeBench> {
  const plain = plainField();
  const strict = studyField(await studyPolicy('sound', 'refunds'));
  return {
    figures: [...figuresOf('plain', plain, rounds, runs), ...figuresOf('sound/refunds', strict, rounds, runs)],
    parts: partsOf(profiled(() => searchOnce(plain, 99, runs))),
  };
}

function figuresOf(policy: string, field: Field, rounds: number, runs: number): readonly ProbeFigures[] {
  const [searched, alone]: [Timed[], Timed[]] = [[], []];
  timed(() => searchOnce(field, 0, runs));
  for (let round = 1; round <= rounds; round += 1) {
    searched.push(timed(() => searchOnce(field, round, runs)));
    alone.push(timed(() => callsAlone(field, runs)));
  }
  const figure = (what: ProbeFigures['what'], times: readonly Timed[]): ProbeFigures => ({
    policy,
    what,
    calls: times.reduce((sum, { calls }) => sum + calls, 0),
    perSecond: spread(times.map(({ perSecond }) => perSecond)),
  });
  return [figure('arena', alone), figure('search', searched)];
}

function plainField(): Field {
  const loaded = loadPolicy(PLAIN, 'bench.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return newField(loaded.value, new Map([['payments', payments]]), { seed: 1, startsAt: STARTS_AT, size: 4 });
}

function searchOnce(field: Field, seed: number, runs: number): number {
  const oracles = [...neverOracles(field.loaded.never), ...promiseOracles(field.loaded)];
  const result = search(field, oracles, adversaries, { seed, runs, clock: { now: () => 0 } });
  if (result.discoveries.length + result.bugs.length > 0)
    throw new Error('Failed to bench a whole search: it found something');
  return result.calls;
}

/** A hundred calls a run, as many as a search makes: reads and refunds that are let through, and refusals. */
function callsAlone(field: Field, runs: number): number {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  let calls = 0;
  for (let run = 0; run < runs; run += 1) {
    const arena = new Arena(field, field.startsAt, []);
    const grant = arena.grant('refunds-bot', 'bench');
    const requests = arena.ids('charge').flatMap((charge): ProbeRequest[] => [
      { upstream: 'payments', method: 'GET', target: `/v1/charges/${charge}` },
      {
        upstream: 'payments',
        method: 'POST',
        target: '/v1/refunds',
        headers: form,
        body: `charge=${charge}&amount=100`,
      },
    ]);
    for (let call = 0; call < 100; call += 1) {
      arena.call(grant, requests[call % requests.length] as ProbeRequest);
      arena.wait(1_000);
      calls += 1;
    }
    arena.settle();
  }
  return calls;
}

interface Timed {
  readonly calls: number;
  readonly perSecond: number;
}

/** By processor time, so that whoever else works on the machine costs us nothing but caches. */
function timed(work: () => number): Timed {
  const before = process.cpuUsage();
  const calls = work();
  const { user, system } = process.cpuUsage(before);
  return { calls, perSecond: (calls / (user + system)) * 1_000_000 };
}

/** What the processor did meanwhile. The inspector answers at once, for it is this process's own. */
function profiled(work: () => void): Profile {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  work();
  let profile: Profile | undefined;
  session.post('Profiler.stop', (error, stopped) => {
    if (error !== null) throw error;
    profile = stopped.profile as Profile;
  });
  session.disconnect();
  if (profile === undefined) throw new Error('the profiler gave nothing');
  return profile;
}
