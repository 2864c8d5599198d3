import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Call } from '../../../src/engine/call.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { Effectiveness } from '../../../src/engine/event.ts';
import type { AgentId, RouteId } from '../../../src/engine/ids.ts';
import { blastRadius } from '../../../src/policy/blast-radius.ts';
import type { LoadedPolicy } from '../../../src/policy/index.ts';
import { policyWith } from './policies.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in UTC. */
const MIDNIGHT = Date.UTC(2026, 4, 4);

interface Attempt {
  readonly agent: 'one' | 'two';
  readonly route: 'refund' | 'payout' | 'fee' | 'read';
  readonly cents: number;
  readonly waitMs: number;
  /** How long it is under way, at most a minute: the head timeout. */
  readonly lastsMs: number;
  /** When in between it takes effect, 0 to 1. */
  readonly effectAt: number;
  readonly effectiveness: Effectiveness;
}

interface Deed {
  readonly agent: string;
  readonly at: number;
  readonly micros: bigint;
}

/** Attempts crowd around midnights, where days and windows turn. */
const attempt: fc.Arbitrary<Attempt> = fc.record({
  agent: fc.constantFrom('one', 'two'),
  route: fc.constantFrom('refund', 'payout', 'fee', 'read'),
  cents: fc.constantFrom(1, 99, 200, 500, 5_000, 10_000),
  waitMs: fc.constantFrom(0, 0, 1, 30_000, 59 * MINUTE_MS, 5 * HOUR_MS, 12 * HOUR_MS),
  lastsMs: fc.integer({ min: 0, max: MINUTE_MS }),
  effectAt: fc.constantFrom(0, 0.5, 1),
  effectiveness: fc.constantFrom('effective', 'unknown', 'ineffective'),
});

/** Plays attempts against the engine itself; gives what the business saw, and when calls were admitted. */
function play(
  { policy }: LoadedPolicy,
  attempts: readonly Attempt[],
): { deeds: Deed[]; admitted: (Deed & { effect: string })[] } {
  const engine = new Engine(policy);
  const deeds: Deed[] = [];
  const admitted: (Deed & { effect: string })[] = [];
  const open: { at: number; call: Call; effectiveness: Effectiveness }[] = [];
  let now = MIDNIGHT - MINUTE_MS;
  const endUntil = (at: number): void => {
    open.sort((a, b) => a.at - b.at);
    for (; open.length > 0 && open[0]!.at <= at;) {
      const { at: endedAt, call, effectiveness } = open.shift()!;
      engine.apply({ kind: 'ended', call: call.id, at: endedAt, effectiveness });
    }
  };
  for (const [index, one] of attempts.entries()) {
    now += one.waitMs;
    endUntil(now);
    const route = policy.routes.get(one.route as RouteId)!;
    const allow = policy.agents.get(one.agent as AgentId)!.allow;
    const amount =
      route.amount?.({
        method: 'POST',
        params: {},
        query: {},
        headers: {},
        body: { amount: one.cents, currency: 'usd' },
      }) ?? null;
    const call = {
      id: `c${index}`,
      at: now,
      agent: one.agent,
      grant: 'g',
      task: `t${index}`,
      session: 's',
      route: one.route,
      effect: route.effect,
      subject: null,
      amount,
      items: null,
      fingerprint: `f${index}`,
      granted: true,
      conditions: Object.fromEntries(allow.map(({ rule }) => [rule, one.cents < 100])),
    } as unknown as Call;
    const { verdict } = engine.decide(call);
    // Trips are left out: a frozen agent does less.
    engine.apply({ kind: 'decided', call, verdict, trips: [] });
    if (verdict !== 'allow') continue;
    const micros = amount !== null && 'micros' in amount ? amount.micros : 0n;
    admitted.push({ agent: one.agent, at: now, micros, effect: route.effect });
    open.push({ at: now + one.lastsMs, call, effectiveness: one.effectiveness });
    if (one.effectiveness !== 'ineffective') {
      deeds.push({ agent: one.agent, at: now + Math.floor(one.lastsMs * one.effectAt), micros });
    }
  }
  return { deeds, admitted };
}

/** The most that any window of `ms` (any calendar day in UTC, where `days`) saw. */
function most(deeds: readonly Deed[], ms: number, days: boolean): bigint {
  const key = (at: number): number => Math.floor((at - MIDNIGHT) / DAY_MS);
  const sums = deeds.map(({ at }) =>
    deeds.reduce((sum, other) => {
      const inside = days ? key(other.at) === key(at) : other.at > at - ms && other.at <= at;
      return inside ? sum + other.micros : sum;
    }, 0n),
  );
  return sums.reduce((largest, sum) => (sum > largest ? sum : largest), 0n);
}

const rules = (list: string): string => `    ${list}`;
const CAPS = 'collar: [{ routes: [refund, payout], max: 50 USD }]';

describe('no adversary exceeds the blast radius', () => {
  test.each<[string, boolean, LoadedPolicy]>([
    [
      'under budgets per day',
      true,
      policyWith({
        one: rules('budgets: [{ max: 120 USD, per: day, timezone: UTC }]'),
        two: rules('budgets: [{ max: 3 USD, per: day, timezone: UTC }]'),
      }),
    ],
    [
      'under rolling budgets',
      false,
      policyWith({
        one: rules('budgets: [{ max: 120 USD, per: 7h }]'),
        two: rules('budgets: [{ max: 3 USD, per: 30m }]'),
      }),
    ],
    [
      'under a shared budget',
      true,
      policyWith({ one: '', two: '' }, 'budgets: [{ max: 120 USD, per: day, timezone: UTC }]'),
    ],
    [
      'under rates and collars alone',
      false,
      policyWith({
        one: rules(`${CAPS}\n    rates: [{ max: 2, per: 5h }]`),
        two: rules('collar: [{ max: 0.99 USD }]\n    rates: [{ max: 3, per: 1h }]'),
      }),
    ],
    [
      'under budgets of parts',
      false,
      policyWith({
        one: rules(
          'budgets: [{ route: refund, max: 60 USD, per: 12h }, { routes: [payout, fee], max: 70 USD, per: 24h }]\n    rates: [{ effect: read, max: 2, per: 1h }]',
        ),
        two: rules('budgets: [{ max: 3 USD, per: 24h }]'),
      }),
    ],
  ])('%s', (_name, days, loaded) => {
    const radius = blastRadius(loaded);
    let fullest = 0;
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 20, maxLength: 120, size: 'max' }), (attempts) => {
        const { deeds, admitted } = play(loaded, attempts);
        for (const { agent, moneyPerDay, callsPerHour } of [...radius.agents, { ...radius.total, agent: undefined }]) {
          const own = (deed: Deed): boolean => agent === undefined || deed.agent === agent;
          const bound = moneyPerDay.find(({ currency }) => currency === 'USD')?.micros;
          const spent = most(deeds.filter(own), DAY_MS, days);
          expect(bound).toBeDefined();
          expect(spent).toBeLessThanOrEqual(bound!);
          fullest = Math.max(fullest, Number(spent) / Number(bound));
          for (const { effect, calls } of callsPerHour) {
            const counted = admitted
              .filter((one) => own(one) && one.effect === effect)
              .map((one) => ({ ...one, micros: 1n }));
            if (calls !== undefined) expect(most(counted, HOUR_MS, false)).toBeLessThanOrEqual(calls);
          }
        }
      }),
      { numRuns: 150 },
    );
    // The bound is worth something: some adversary comes near it.
    expect(fullest).toBeGreaterThan(0.2);
  });
});
