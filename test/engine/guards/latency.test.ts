import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { LatencyRule } from '../../../src/engine/guards/latency.ts';
import { endsInWindow } from '../../model/triggers.ts';
import { agent, policy, ruleId } from '../policies.ts';
import { act, answered, OUTCOMES, someMoves, type Move, type Outcome } from './moves.ts';

const RULE: LatencyRule = {
  rule: ruleId('ada.triggers[0]'),
  routes: 'all',
  overMs: 100,
  withinMs: 60_000,
  minimum: 20,
  onTrip: 'freeze',
};
const governed = (rule: Partial<LatencyRule> = {}) =>
  policy([agent('ada', { latency: [{ ...RULE, ...rule }] }), agent('bob')]);

const did = (outcome: Outcome, count: number): Move[] =>
  Array.from({ length: count }, (): Move[] => [
    { kind: 'call', agent: 'ada', route: 'get', subject: null },
    { kind: 'end', nth: 0, outcome },
  ]).flat();
const took = (latencyMs: number): Outcome => ({ effectiveness: 'effective', answer: answered(200, latencyMs) });

function lastAlarm(moves: readonly Move[], rule: Partial<LatencyRule> = {}): Finding | undefined {
  let last: Finding | undefined;
  act(governed(rule), moves, { alarmed: (_call, _at, alarm) => (last = alarm) });
  return last;
}

describe('more than one answer in twenty is slower than the limit', () => {
  it.each<[string, Move[], boolean]>([
    ['one of twenty is within the 95th percentile', [...did(took(1), 19), ...did(took(101), 1)], false],
    ['two of twenty are not', [...did(took(1), 18), ...did(took(101), 2)], true],
    ['exactly the limit is not slower than it', did(took(100), 20), false],
    ['nineteen answers conclude nothing', did(took(101), 19), false],
    ['no answer at all is the slowest', [...did(took(1), 18), ...did(OUTCOMES.silent, 2)], true],
    ['so is one that was lost in a crash', [...did(took(1), 18), ...did(OUTCOMES.crashed, 2)], true],
    ['what was never sent says nothing of speed', [...did(took(1), 18), ...did(OUTCOMES.unreachable, 9)], false],
  ])('%s', (_case, moves, trips) => {
    expect(lastAlarm(moves) !== undefined).toBe(trips);
  });

  it('says what was seen', () => {
    expect(lastAlarm([...did(took(1), 18), ...did(took(101), 2)], { baseline: '2.5x the baseline of 40ms' })).toEqual({
      guard: 'latency',
      rule: 'ada.triggers[0]',
      verdict: 'deny',
      reason: 'latency',
      observed: '2 of 20 answers in 1m took longer (10%)',
      limit: '95% within 100ms: 2.5x the baseline of 40ms',
      hint: 'The business answers much slower than it used to. Stop, and report it: more calls make it worse.',
      retryable: 'if-changed',
      trip: 'freeze',
    });
  });
});

it('agrees with the naive model, which sorts the latencies and looks at the 95th percentile', () => {
  let alarms = 0;
  fc.assert(
    fc.property(someMoves(['ada'], ['get']), fc.integer({ min: 1, max: 4 }), (moves, minimum) => {
      act(governed({ minimum }), moves, {
        alarmed(_call, at, alarm, before) {
          const ends = endsInWindow({ ...RULE, minimum }, 'ada', before, at);
          const answers = ends.filter(
            ({ answer, effectiveness }) => answer?.status != null || effectiveness === 'unknown',
          );
          const latencies = answers.map(({ answer }) => answer?.latencyMs ?? Infinity).sort((a, b) => a - b);
          // Nearest rank: the smallest latency that at least 95 % of the answers do not exceed.
          const p95 = latencies[Math.ceil(latencies.length * 0.95) - 1] ?? 0;
          const trips = latencies.length >= minimum && p95 > RULE.overMs;
          expect(alarm !== undefined).toBe(trips);
          if (trips) alarms += 1;
        },
      });
    }),
    { numRuns: 500 },
  );
  expect(alarms).toBeGreaterThan(200);
});
