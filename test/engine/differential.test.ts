import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Call } from '../../src/engine/call.ts';
import type { Decision } from '../../src/engine/decision.ts';
import type { Event } from '../../src/engine/event.ts';
import { judge, type Judgement } from '../model/model.ts';
import { aStory } from './arbitraries.ts';
import { play, type Story } from './playbook.ts';

const RUNS = 2_000;
/** Some seconds alone; other tests may share the cores. */
const TIMEOUT_MS = 120_000;

/** Every way a call can be refused. A run that met fewer has not tested what it claims. */
const REASONS = (
  'agent_frozen agent_unknown route_unknown not_allowed not_granted condition_false condition_error ' +
  'stage_read_only items_unreadable too_many_items amount_unreadable currency_not_allowed amount_too_small ' +
  'amount_too_large subject_missing already_done runaway rate_exceeded amount_not_countable budget_exceeded ' +
  'too_many_in_flight captured'
).split(' ');

/** Findings in an order of their own: the model promises which, not in what order. */
const text = ({ guard, rule, reason, trip }: Judgement): string => [guard, rule, reason, trip].join(' ');
const predicted = (story: Story, events: readonly Event[], call: Call): string[] =>
  judge(story.policy, events, call).map(text).sort();
const decided = ({ findings }: Decision): string[] =>
  findings.map(({ guard, rule, reason, trip = '' }) => text({ guard, rule, reason, trip })).sort();

describe('the engine and the naive model agree', () => {
  test(
    'on the verdict and every finding of every call of any history',
    () => {
      const met = new Map<string, number>();
      fc.assert(
        fc.property(aStory(), (story) => {
          const engine = new Engine(story.policy);
          const events: Event[] = [];
          play(story, {
            decide(call) {
              const decision = engine.decide(call);
              const expected = predicted(story, events, call);
              expect(decided(decision)).toEqual(expected);
              const against = expected.filter((line) => !line.includes(' ok '));
              const isCaptured = against.length === 1 && against[0]?.includes(' captured ') === true;
              expect(decision.verdict).toBe(against.length === 0 ? 'allow' : isCaptured ? 'capture' : 'deny');
              for (const { reason } of decision.findings) met.set(reason, (met.get(reason) ?? 0) + 1);
              met.set(decision.verdict, (met.get(decision.verdict) ?? 0) + 1);
              return decision;
            },
            apply(event) {
              engine.apply(event);
              events.push(event);
            },
          });
        }),
        { numRuns: RUNS },
      );
      expect(REASONS.filter((reason) => (met.get(reason) ?? 0) < 20)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
