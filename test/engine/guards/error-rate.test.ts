import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { ErrorRateRule } from '../../../src/engine/guards/error-rate.ts';
import { endsInWindow } from '../../model/triggers.ts';
import { agent, policy, routeSet, ruleId } from '../policies.ts';
import { act, OUTCOMES, someMoves, type Move } from './moves.ts';

const RULE: ErrorRateRule = {
  rule: ruleId('ada.triggers[0]'),
  routes: routeSet('get'),
  share: 400_000,
  withinMs: 60_000,
  minimum: 5,
  onTrip: 'freeze',
};
const governed = (rule: Partial<ErrorRateRule> = {}) =>
  policy([agent('ada', { errorRate: [{ ...RULE, ...rule }] }), agent('bob')]);

const did = (how: keyof typeof OUTCOMES, count: number, route = 'get', who = 'ada'): Move[] =>
  Array.from({ length: count }, (): Move[] => [
    { kind: 'call', agent: who, route, subject: null },
    { kind: 'end', nth: 0, outcome: OUTCOMES[how] },
  ]).flat();

function alarmsOf(moves: readonly Move[], rule: Partial<ErrorRateRule> = {}): Finding[] {
  const alarms: Finding[] = [];
  act(governed(rule), moves, { alarmed: (_call, _at, alarm) => alarm !== undefined && alarms.push(alarm) });
  return alarms;
}

describe('how many calls must fail', () => {
  it.each<[string, Move[], number]>([
    ['two of five are enough', [...did('fine', 3), ...did('broken', 2)], 1],
    ['one of five is not', [...did('fine', 4), ...did('broken', 1)], 0],
    ['four calls conclude nothing', did('broken', 4), 0],
    ['a refusal by the business is a failure', [...did('fine', 3), ...did('refused', 2)], 1],
    ['so is an outcome nobody saw', [...did('fine', 3), ...did('crashed', 2)], 1],
    ['a slow answer is none', did('slow', 5), 0],
    ["another agent's failures are not its own", did('broken', 5, 'get', 'bob'), 0],
    ['nor are those on other routes', did('broken', 5, 'refund'), 0],
    ['what has left the window is past', [...did('broken', 4), { kind: 'wait', ms: 60_000 }, ...did('fine', 1)], 0],
    ['a restart forgets nothing', [...did('broken', 4), { kind: 'cut' }, ...did('fine', 1)], 1],
    [
      'after a resume it is counted anew',
      [...did('broken', 5), { kind: 'resume', agent: 'ada' }, ...did('broken', 4)],
      1,
    ],
  ])('%s', (_case, moves, alarms) => {
    expect(alarmsOf(moves)).toHaveLength(alarms);
  });
});

it('stops the agent at the outcome itself, and says what was seen', () => {
  const events = act(governed(), [...did('fine', 3), ...did('broken', 2)]);
  expect(events.at(-1)).toMatchObject({ kind: 'frozen', freeze: { agent: 'ada', by: 'guard:ada.triggers[0]' } });
  const baseline = '3x the baseline of 1.2%';
  expect(
    alarmsOf([...did('fine', 3), ...did('broken', 2)], { onTrip: 'kill', share: 36_000, baseline }).at(-1),
  ).toEqual({
    guard: 'error-rate',
    rule: 'ada.triggers[0]',
    verdict: 'deny',
    reason: 'error_rate',
    observed: '2 of 5 calls in 1m failed (40%)',
    limit: '3.6%: 3x the baseline of 1.2%',
    hint: 'Too many of your calls fail. Stop, and report what you were trying to reach and what was answered.',
    retryable: 'if-changed',
    trip: 'kill',
  });
});

it('agrees with the naive model after every event of any history, restarts included', () => {
  let alarms = 0;
  fc.assert(
    fc.property(
      someMoves(['ada', 'bob'], ['get', 'refund']),
      fc.record({
        minimum: fc.integer({ min: 1, max: 5 }),
        share: fc.constantFrom(1, 400_000, 500_000, 1_000_000),
        withinMs: fc.constantFrom(1_000, 4_000, 60_000),
      }),
      (moves, some) => {
        const rule = { ...RULE, ...some };
        act(governed(some), moves, {
          alarmed({ agent, route }, at, alarm, before) {
            if (agent !== 'ada' || route !== 'get') return expect(alarm).toBeUndefined();
            const ends = endsInWindow(rule, 'ada', before, at);
            const failed = ends.filter(({ effectiveness }) => effectiveness !== 'effective').length;
            const trips = ends.length >= rule.minimum && failed * 1e6 >= ends.length * rule.share;
            expect(alarm !== undefined).toBe(trips);
            if (trips) alarms += 1;
          },
        });
      },
    ),
    { numRuns: 500 },
  );
  expect(alarms).toBeGreaterThan(200);
});
