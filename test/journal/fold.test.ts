import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { callOf, findingsJson, intentOf } from '../../src/journal/facts.ts';
import { eventsOf, foldJournal } from '../../src/journal/fold.ts';
import { aStory } from '../engine/arbitraries.ts';
import { play } from '../engine/playbook.ts';
import { agent, agentId, call, policy, ruleId } from '../engine/policies.ts';
import { callId, entryOf, note } from './entries.ts';

test('every event comes back from its record, through JSON, as it was', () => {
  fc.assert(
    fc.property(aStory(), (story) => {
      const events = play(story, new Engine(story.policy));
      const entries = events.map((event) => JSON.parse(JSON.stringify(entryOf(event))) as Entry);
      expect(entries.flatMap(eventsOf)).toEqual(events);
    }),
  );
});

test('I3 the fold of a journal decides as the engine that lived through it', () => {
  fc.assert(
    fc.property(aStory(), (story) => {
      const live = new Engine(story.policy);
      const fold = foldJournal(story.policy, play(story, live).map(entryOf));
      expect(fold.engine.save()).toEqual(live.save());
      expect([...fold.engine.open()]).toEqual([...live.open()]);
    }),
  );
});

test.each([
  null,
  { micros: 12_340_000n, currency: 'USD' },
  { micros: -(10n ** 20n), currency: 'JPY' },
  { fault: 'missing' },
] as const)('a call comes back from its record with the amount %s', (amount) => {
  const intended = call('c1', { amount, conditions: { [ruleId('bot.allow[0]')]: 'error' } });
  expect(callOf(JSON.parse(JSON.stringify(intentOf(intended))) as ReturnType<typeof intentOf>)).toEqual(intended);
});

test('a recovery ends every call it names as unknown, at its own time', () => {
  const entry = { kind: 'recovery', at: 9, epoch: 2, unknown: [callId('a'), callId('b')] } as const;
  expect(eventsOf(entry)).toEqual([
    { kind: 'ended', call: 'a', at: 9, effectiveness: 'unknown' },
    { kind: 'ended', call: 'b', at: 9, effectiveness: 'unknown' },
  ]);
});

test('I6 a freeze outlives every record but a resume of the same agent', () => {
  const bots = policy([agent('bot'), agent('other')]);
  const freeze = { agent: agentId('bot'), at: 1, trip: 'freeze', by: 'agent', reason: 'unsure' } as const;
  const frozen: Entry[] = [
    { kind: 'freeze', ...freeze, call: null, severed: [] },
    { kind: 'recovery', at: 2, epoch: 2, unknown: [] },
    { kind: 'policy', at: 3, digest: 'x', file: 'f', text: '' },
    { kind: 'resume', at: 4, agent: agentId('other'), by: 'human:ann', reason: '' },
    note(1e15, 'much later'),
  ];
  expect(foldJournal(bots, frozen).engine.frozen(agentId('bot'))).toEqual(freeze);
  const resumed: Entry = { kind: 'resume', at: 1e15, agent: agentId('bot'), by: 'human:ann', reason: '' };
  expect(foldJournal(bots, [...frozen, resumed]).engine.frozen(agentId('bot'))).toBeUndefined();
});

test('passes are kept by name, every other finding whole', () => {
  const denied = { guard: 'rate', rule: ruleId('bot.rates[0]'), verdict: 'deny', reason: 'rate_exceeded' } as const;
  const passed = { guard: 'scope', rule: ruleId('bot.allow[0]'), verdict: 'pass', reason: 'ok' } as const;
  expect(findingsJson([passed, denied])).toEqual(['scope bot.allow[0]', denied]);
});
