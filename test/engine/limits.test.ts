import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { BudgetRule } from '../../src/engine/guards/budget.ts';
import { concerns, type Policy } from '../../src/engine/policy.ts';
import { dateIn } from '../model/dates.ts';
import { aStory } from './arbitraries.ts';
import { ledger, movedMicros, type Truth } from './ledger.ts';
import { play, type Story } from './playbook.ts';
import { agent, policy, routeId, ruleId } from './policies.ts';

const delays = fc.infiniteStream(fc.constantFrom(0, 0, 0.5, 0.999, 1));

/** Acts a story out with a real engine and keeps the upstream's ledger of it. */
function truthOf(story: Story, delays: Iterator<number>): Truth[] {
  const engine = new Engine(story.policy);
  return ledger(play(story, engine), () => delays.next().value as number);
}

/** Every budget with the calls that it must bound: one list for each owner of a pot. */
function pots(policy: Policy, truths: readonly Truth[]): { rule: BudgetRule; truths: readonly Truth[] }[] {
  const budgets = [
    ...policy.shared.budgets.map((rule) => ({ rule, mine: truths })),
    ...[...policy.agents.values()].flatMap(({ id, rules }) =>
      rules.budgets.map((rule) => ({ rule, mine: truths.filter(({ call }) => call.agent === id) })),
    ),
  ];
  return budgets.flatMap(({ rule, mine }) => {
    const concerned = mine.filter(({ call }) => concerns(rule.routes, call.route));
    const owners = Map.groupBy(concerned, ({ call }) => (rule.each === 'agent' ? '' : call[rule.each]));
    return [...owners.values()].map((truths) => ({ rule, truths }));
  });
}

/** Whether two instants lie in one window of the budget, the later one being its end. */
function together({ per }: BudgetRule, earlier: number, later: number): boolean {
  if (per.kind === 'day') return dateIn(per.timeZone, earlier) === dateIn(per.timeZone, later);
  return earlier > later - per.ms && earlier <= later;
}

const sum = (truths: readonly Truth[]): bigint => truths.reduce((total, truth) => total + movedMicros(truth), 0n);

describe('I2 budget', () => {
  test('what truly left in any window never exceeds the budget, whenever between decision and end it left', () => {
    let filled = 0;
    fc.assert(
      fc.property(aStory({ budgets: 3 }), delays, (story, delays) => {
        for (const { rule, truths } of pots(story.policy, truthOf(story, delays))) {
          for (const { effectAt: end } of truths) {
            if (end === undefined) continue;
            const left = sum(truths.filter(({ effectAt }) => effectAt !== undefined && together(rule, effectAt, end)));
            expect(left <= rule.max.micros).toBe(true);
            if (left * 10n >= rule.max.micros * 9n) filled += 1;
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(filled).toBeGreaterThan(50);
  });

  test('at every instant, what left in the window and what may still leave fit the budget together', () => {
    let carried = 0;
    fc.assert(
      fc.property(aStory({ budgets: 3 }), delays, (story, delays) => {
        for (const { rule, truths } of pots(story.policy, truthOf(story, delays))) {
          for (const now of truths.flatMap(({ call, effectAt, endedAt }) => [call.at, effectAt, endedAt])) {
            if (now === undefined) continue;
            const left = truths.filter(
              ({ effectAt }) => effectAt !== undefined && effectAt <= now && together(rule, effectAt, now),
            );
            const open = truths.filter(
              ({ call, effectAt, endedAt }) => call.at <= now && (effectAt ?? endedAt ?? Infinity) > now,
            );
            expect(sum(left) + sum(open) <= rule.max.micros).toBe(true);
            carried += open.filter(({ call }) => !together(rule, call.at, now)).length;
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(carried).toBeGreaterThan(50);
  });

  test('in any rolling window the settled money fits, counted by when it settled', () => {
    fc.assert(
      fc.property(aStory({ budgets: 3 }), delays, (story, delays) => {
        for (const { rule, truths } of pots(story.policy, truthOf(story, delays))) {
          const settled = truths.filter(({ effectAt, endedAt }) => effectAt !== undefined && endedAt !== undefined);
          for (const { endedAt: end } of settled) {
            const within = settled.filter(({ endedAt }) => together(rule, endedAt as number, end as number));
            expect(sum(within) <= rule.max.micros).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('rate_is_exact', () => {
  test('never more than N admitted in any window W', () => {
    let full = 0;
    fc.assert(
      fc.property(aStory({ rates: 2 }), (story) => {
        const engine = new Engine(story.policy);
        const events = play(story, engine);
        for (const { id, rules } of story.policy.agents.values()) {
          for (const { routes, max, perMs } of rules.rates) {
            const admitted = events.flatMap((event) =>
              event.kind === 'decided' && event.verdict === 'allow' && event.call.agent === id ? [event.call] : [],
            );
            const times = admitted.filter(({ route }) => concerns(routes, route)).map(({ at }) => at);
            // Any window holds no more than the one of that length that ends at its last call.
            for (const end of times) {
              const within = times.filter((at) => at > end - perMs && at <= end).length;
              expect(within).toBeLessThanOrEqual(max);
              if (within === max) full += 1;
            }
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(full).toBeGreaterThan(50);
  });

  test('a rate denial passes at the time it names, and not a millisecond before', () => {
    let named = 0;
    fc.assert(
      fc.property(aStory({ rates: 2 }), (story) => {
        const engine = new Engine(story.policy);
        play(story, {
          decide(call) {
            const decision = engine.decide(call);
            for (const { guard, rule, retryAt } of decision.findings) {
              if (guard !== 'rate' || retryAt === undefined) continue;
              const verdictAt = (at: number): string | undefined =>
                engine.decide({ ...call, at }).findings.find((one) => one.rule === rule)?.verdict;
              expect([verdictAt(retryAt - 1), verdictAt(retryAt)]).toEqual(['deny', 'pass']);
              named += 1;
            }
            return decision;
          },
          apply: (event) => engine.apply(event),
        });
      }),
      { numRuns: 300 },
    );
    expect(named).toBeGreaterThan(50);
  });
});

describe('a denial that may be retried names a time in vain to try before', () => {
  test('at any time before retryAt the same call meets the same denial', () => {
    let named = 0;
    fc.assert(
      fc.property(aStory(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (story, share) => {
        const engine = new Engine(story.policy);
        play(story, {
          decide(call) {
            const decision = engine.decide(call);
            for (const { guard, rule, retryAt } of decision.findings) {
              // In flight has no time to name: any end may come at once.
              if (retryAt === undefined || guard === 'inflight') continue;
              expect(retryAt).toBeGreaterThan(call.at);
              const sooner = call.at + Math.floor((retryAt - call.at) * share);
              const again = engine.decide({ ...call, at: sooner }).findings.find((one) => one.rule === rule);
              expect(again?.verdict).toBe('deny');
              named += 1;
            }
            return decision;
          },
          apply: (event) => engine.apply(event),
        });
      }),
      { numRuns: 500 },
    );
    expect(named).toBeGreaterThan(100);
  });
});

describe('I5 once', () => {
  const oncePolicy = (withinMs: number | undefined): Policy =>
    policy(
      ['ada', 'bob', 'cyd'].map((name) =>
        agent(name, { once: [{ rule: ruleId(`${name}.once[0]`), route: routeId('refund'), withinMs }] }),
      ),
    );

  test.each([
    ['ever', undefined],
    ['an hour', 3_600_000],
  ])('a subject takes effect at most once in %s, by whichever agent, known or not', (_, withinMs) => {
    let effects = 0;
    fc.assert(
      fc.property(aStory(), delays, ({ startsAt, steps }, delays) => {
        const truths = truthOf({ policy: oncePolicy(withinMs), startsAt, steps }, delays);
        const refunds = truths.filter(({ call, effectAt }) => call.route === 'refund' && effectAt !== undefined);
        for (const subject of Map.groupBy(refunds, ({ call }) => call.subject).values()) {
          const times = subject.map(({ effectAt }) => effectAt as number).sort((a, b) => a - b);
          effects += times.length;
          const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
          expect(Math.min(...gaps, Infinity)).toBeGreaterThanOrEqual(withinMs ?? Infinity);
        }
      }),
      { numRuns: 500 },
    );
    expect(effects).toBeGreaterThan(100);
  });
});
