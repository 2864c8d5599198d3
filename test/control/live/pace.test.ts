import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Paces, SAMPLE_EVERY_MS } from '../../../src/control/live/pace.ts';
import { isAdmitted } from '../../../src/engine/decision.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { AgentRules } from '../../../src/engine/guards/index.ts';
import { formatMoney } from '../../../src/std/money.ts';
import { agent, agentId, call, money, policy, ruleId } from '../../engine/policies.ts';

const BOT = agentId('bot');
const START = Date.UTC(2026, 0, 15, 3, 0, 0);
const DAY_END = Date.UTC(2026, 0, 16);

/** A spender: every call moves an amount of whole dollars and ends at once, so that what counts is what was let through. */
interface Spent {
  readonly at: number;
  readonly dollars: number;
}

interface Run {
  readonly engine: Engine;
  readonly paces: Paces;
  /** What was let through. */
  readonly spent: readonly Spent[];
  readonly samples: readonly number[];
  readonly at: number;
}

function run(
  rules: Partial<AgentRules>,
  arrivals: readonly { gapMs: number; dollars: number }[],
  late: readonly number[],
): Run {
  const engine = new Engine(policy([agent('bot', rules)]));
  const paces = new Paces((who, at) => engine.levels(who, at));
  const spent: Spent[] = [];
  const samples: number[] = [];
  let [at, dueAt, count] = [START, START, 0];
  const sampleUntil = (until: number): void => {
    while (dueAt <= until) {
      // A timer is late, never early.
      const lateMs = late[samples.length % late.length] ?? 0;
      if (dueAt + lateMs > until) break;
      paces.sample(BOT, dueAt + lateMs);
      samples.push(dueAt + lateMs);
      dueAt += lateMs + SAMPLE_EVERY_MS;
    }
  };
  for (const { gapMs, dollars } of arrivals) {
    at += gapMs;
    // Strictly before, so that what comes at the very moment of a sample is the next one's.
    sampleUntil(at - 1);
    const one = call(`call_${count++}`, { at, agent: 'bot', route: 'refund', amount: money(`${dollars} USD`) });
    const { verdict } = engine.decide(one);
    engine.apply({ kind: 'decided', call: one, verdict, trips: [] });
    if (!isAdmitted(verdict)) continue;
    engine.apply({ kind: 'ended', call: one.id, at, effectiveness: 'effective' });
    spent.push({ at, dollars });
  }
  // And once more, so that all of it was seen.
  sampleUntil(dueAt + Math.max(...late));
  return { engine, paces, spent, samples, at: samples.at(-1) ?? at };
}

/** The faster of the last twelve samples' pace and the last sixty's, from a list of everything. In units a minute. */
function naivePace({ spent, samples }: Run, weight: (one: Spent) => number): number | undefined {
  if (samples.length < 4) return undefined;
  const over = (span: number): number => {
    const to = samples.at(-1) as number;
    const from = samples[Math.max(0, samples.length - 1 - span)] as number;
    const came = spent.filter(({ at }) => at > from && at <= to).reduce((sum, one) => sum + weight(one), 0);
    return (came / (to - from)) * 60_000;
  };
  const pace = Math.max(over(12), over(60));
  return pace > 0 ? pace : undefined;
}

/** The first moment at which a flow of `perMs` beside what is left of the past reaches the limit, looked for millisecond by moment. */
function naiveEmptyInMs(
  { spent, at }: Run,
  weight: (one: Spent) => number,
  perMs: number,
  limit: number,
  windowMs: number,
): number | null {
  const live = spent.filter((one) => one.at > at - windowMs && one.at <= at);
  const turns = [...new Set(live.map((one) => one.at + windowMs - at))].sort((a, b) => a - b);
  let left = live.reduce((sum, one) => sum + weight(one), 0);
  for (const turn of [...turns, windowMs]) {
    const inMs = Math.max(0, (limit - left) / perMs);
    // Before the next piece leaves: between the last turn and this one the line only rises.
    if (inMs < turn) return inMs < windowMs ? inMs : null;
    left -= live.filter((one) => one.at + windowMs - at === turn).reduce((sum, one) => sum + weight(one), 0);
  }
  return null;
}

const arrivals = fc.array(
  fc.record({ gapMs: fc.integer({ min: 1, max: 9_000 }), dollars: fc.integer({ min: 1, max: 20 }) }),
  {
    minLength: 1,
    maxLength: 80,
    size: 'max',
  },
);
/** What leaves a rolling window while a timer is late, milliseconds, is not asked about. */
const ON_TIME = [0];
const late = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 });
const windowMs = fc.constantFrom(20_000, 60_000, 120_000, 600_000);

function shown({ engine, paces, at }: Run) {
  const level = engine.levels(BOT, at).find(({ guard }) => guard === 'budget' || guard === 'rate');
  if (level === undefined) throw new Error('there is a limit');
  return { level, pace: paces.of(BOT, level, at) };
}

function expectForecast(told: number | null, naive: number | null, one: Run): void {
  if (told === null) {
    // Not claimed: it never empties, or only after so many turns that nobody should rely on it.
    return;
  }
  if (naive === null) throw new Error(`claims ${told} ms, and it never empties: ${JSON.stringify(one.spent.length)}`);
  // Never later than it is, and at most one hundredth (and a millisecond of rounding) too early.
  expect(told).toBeLessThanOrEqual(Math.ceil(naive) + 1);
  expect(told * 1.02 + 2).toBeGreaterThanOrEqual(naive);
}

describe('a pace is what came in, whatever left meanwhile', () => {
  test('of a budget over a rolling window, beside a list of everything', () => {
    fc.assert(
      fc.property(arrivals, windowMs, fc.integer({ min: 20, max: 600 }), (come, perMs, dollars) => {
        const rule = {
          rule: ruleId('bot.budgets[0]'),
          routes: 'all' as const,
          max: money(`${dollars} USD`),
          per: { kind: 'rolling' as const, ms: perMs },
          each: 'agent' as const,
          onTrip: 'deny' as const,
        };
        const one = run({ budgets: [rule] }, come, ON_TIME);
        const { level, pace } = shown(one);
        const naive = naivePace(one, (spent) => spent.dollars);
        expect(level.fill).toMatchObject({ unit: 'money', limit: money(`${dollars} USD`).micros });
        expect(level.remaining).toBe(
          formatMoney({ micros: BigInt(level.fill.limit) - BigInt(level.fill.used), currency: 'USD' }),
        );
        if (naive === undefined) {
          expect(pace).toBeUndefined();
          return;
        }
        expect((pace?.perMinute ?? 0) / 1e6).toBeCloseTo(naive, 6);
        const empty = naiveEmptyInMs(one, (spent) => spent.dollars, naive / 60_000, dollars, perMs);
        expectForecast(pace?.emptyInMs ?? null, empty, one);
        // Where nothing leaves before it is used up, it is always claimed.
        const first = one.spent.find(({ at }) => at > one.at - perMs);
        if (empty !== null && first !== undefined && empty < first.at + perMs - one.at - 1)
          expect(pace?.emptyInMs).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test('of a rate, beside a list of everything', () => {
    fc.assert(
      fc.property(arrivals, windowMs, fc.integer({ min: 2, max: 60 }), (come, perMs, max) => {
        const rule = { rule: ruleId('bot.rates[0]'), routes: 'all' as const, max, perMs, onTrip: 'deny' as const };
        const one = run({ rates: [rule] }, come, ON_TIME);
        const { level, pace } = shown(one);
        const naive = naivePace(one, () => 1);
        expect(level.fill).toEqual({
          unit: 'calls',
          limit: max,
          used: one.spent.filter(({ at }) => at > one.at - perMs).length,
        });
        if (naive === undefined) {
          expect(pace).toBeUndefined();
          return;
        }
        expect(pace?.perMinute).toBeCloseTo(naive, 6);
        expectForecast(
          pace?.emptyInMs ?? null,
          naiveEmptyInMs(one, () => 1, naive / 60_000, max, perMs),
          one,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('of a day’s budget: what would be used up only after midnight is not claimed', () => {
    fc.assert(
      fc.property(arrivals, late, fc.integer({ min: 1_000, max: 400_000 }), (come, lateMs, dollars) => {
        const rule = {
          rule: ruleId('bot.budgets[0]'),
          routes: 'all' as const,
          max: money(`${dollars} USD`),
          per: { kind: 'day' as const, timeZone: 'UTC' },
          each: 'agent' as const,
          onTrip: 'deny' as const,
        };
        const one = run({ budgets: [rule] }, come, lateMs);
        const { pace } = shown(one);
        const naive = naivePace(one, (spent) => spent.dollars);
        if (naive === undefined) {
          expect(pace).toBeUndefined();
          return;
        }
        const used = one.spent.filter(({ at }) => at <= one.at).reduce((sum, spent) => sum + spent.dollars, 0);
        const emptyInMs = Math.max(0, ((dollars - used) / naive) * 60_000);
        if (one.at + emptyInMs >= DAY_END) expect(pace?.emptyInMs).toBeNull();
        else expect(pace?.emptyInMs).toBeCloseTo(Math.ceil(emptyInMs), -1);
      }),
      { numRuns: 300 },
    );
  });
});

test('a release takes back what it reserved, and an agent that rests shows no pace after five minutes', () => {
  const rule = {
    rule: ruleId('bot.budgets[0]'),
    routes: 'all' as const,
    max: money('100 USD'),
    per: { kind: 'day' as const, timeZone: 'UTC' },
    each: 'agent' as const,
    onTrip: 'deny' as const,
  };
  const engine = new Engine(policy([agent('bot', { budgets: [rule] })]));
  const paces = new Paces((who, at) => engine.levels(who, at));
  const look = (at: number) => paces.of(BOT, engine.levels(BOT, at)[0] as never, at);
  let at = START;
  const sample = (times: number): void => {
    for (let time = 0; time < times; time += 1) paces.sample(BOT, (at += SAMPLE_EVERY_MS));
  };
  const spend = (id: string, effectiveness: 'effective' | 'ineffective'): void => {
    const one = call(id, { at, agent: 'bot', route: 'refund', amount: money('10 USD') });
    engine.apply({ kind: 'decided', call: one, verdict: 'allow', trips: [] });
    paces.sample(BOT, (at += SAMPLE_EVERY_MS));
    engine.apply({ kind: 'ended', call: one.id, at, effectiveness });
  };
  sample(1);
  spend('a', 'ineffective');
  sample(3);
  expect(look(at)).toBeUndefined();
  spend('b', 'effective');
  expect(look(at)?.perMinute).toBeGreaterThan(0);
  expect(look(at)?.emptyInMs).toBeGreaterThan(0);
  sample(59);
  expect(look(at)?.perMinute).toBeCloseTo(2_000_000);
  sample(1);
  expect(look(at)).toBeUndefined();
});
