import { expect, test } from 'vitest';
import type { Stage as RolloutStage } from '../../../src/engine/call.ts';
import { agent, call, policy } from '../policies.ts';
import { Stage } from './act.ts';

const NO_SCHEMA = { reason: 'no_schema', detail: 'nothing says what it answers', hint: 'Go on without it.' };

const ROWS: readonly (readonly [RolloutStage, effect: 'read' | 'money', verdict: string, reason: string])[] = [
  ['sandbox', 'money', 'allow', 'ok'],
  ['staging', 'read', 'allow', 'ok'],
  ['staging', 'money', 'deny', 'stage_read_only'],
  ['shadow', 'read', 'allow', 'ok'],
  ['shadow', 'money', 'capture', 'captured'],
  ['limited', 'money', 'deny', 'stage_read_only'],
  ['production', 'money', 'allow', 'ok'],
];

test.each(ROWS)('in %s a %s is %s: %s', (stage, effect, verdict, reason) => {
  const acted = new Stage(policy([agent('bot', {}, { stage })]), 'stage');
  const asked = effect === 'read' ? call('c', { route: 'get', effect, amount: null }) : call('c');
  expect(acted.engine.decide(asked).verdict).toBe(verdict);
  expect(acted.call(asked)?.reason).toBe(reason);
});

test('a write whose answer cannot be made honestly is refused by the facts of its call alone, before anything is captured', () => {
  const { engine } = new Stage(policy([agent('bot', {}, { stage: 'shadow' })]), 'stage');
  expect(engine.decide(call('c', { unanswerable: NO_SCHEMA }))).toMatchObject({
    verdict: 'deny',
    decisive: { guard: 'stage', reason: 'capture_unanswerable', observed: NO_SCHEMA.detail, hint: NO_SCHEMA.hint },
  });
  const inProduction = new Stage(policy([agent('bot')]), 'stage').engine;
  expect(inProduction.decide(call('c', { unanswerable: NO_SCHEMA })).verdict).toBe('allow');
});
