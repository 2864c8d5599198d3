import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tripsOf } from '../../src/engine/combine.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Event } from '../../src/engine/event.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';
import type { CallEntry, Entry, Recorded } from '../../src/journal/entry.ts';
import { findingsJson, intentOf } from '../../src/journal/facts.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { redecide } from '../../src/journal/redecide.ts';
import { aStory } from '../engine/arbitraries.ts';
import { play } from '../engine/playbook.ts';
import { agent, call, money, policy, routeSet, ruleId } from '../engine/policies.ts';
import { directory, written } from './directory.ts';
import { entryOf } from './entries.ts';

/** Records of calls that a policy decides, then of what else happened, as a door writes them. */
function recorded(entries: readonly Entry[], first: Policy): Recorded[] {
  const at = entries[0]?.at ?? 0;
  const opening: Entry = { kind: 'policy', at, digest: first.digest, file: 'a.yaml', text: first.digest };
  return [opening, ...entries].map((entry, index) => ({ ...entry, seq: index + 1, hash: '' }));
}

function decided(event: Event, engine: Engine): Entry {
  const entry = entryOf(event);
  if (event.kind !== 'decided' || entry.kind !== 'call') return entry;
  return { ...entry, findings: findingsJson(engine.decide(event.call).findings) };
}

test('I8 every verdict, finding and trip of a journal comes out again from its own facts', () => {
  fc.assert(
    fc.property(aStory(), (story) => {
      const live = new Engine(story.policy);
      const entries: Entry[] = [];
      play(story, {
        decide: (intended) => live.decide(intended),
        apply: (event) => {
          entries.push(JSON.parse(JSON.stringify(decided(event, live))) as Entry);
          live.apply(event);
        },
      });
      const { calls, differences } = redecide(recorded(entries, story.policy), () => story.policy);
      expect(differences).toEqual([]);
      expect(calls).toBe(entries.filter(({ kind }) => kind === 'call').length);
    }),
  );
});

const rates = (max: number) =>
  [{ rule: ruleId('bot.rates[0]'), routes: routeSet('refund'), max, perMs: 60_000, onTrip: 'deny' }] as const;
const two: Policy = { ...policy([agent('bot', { rates: rates(2) })]), digest: '2'.repeat(64) };
const five: Policy = { ...policy([agent('bot', { rates: rates(5) })]), digest: '5'.repeat(64) };
const compile = ({ text }: { readonly text: string }): Policy => (text === two.digest ? two : five);

/** `count` refunds, decided by an engine that heard all that came before. */
function refunds(count: number, inForce: Policy, before: readonly Entry[]): Entry[] {
  const { engine } = foldJournal(inForce, before);
  return Array.from({ length: count }, (_, index): Entry => {
    const intended = call(`c${before.length + index}`, { at: before.length + index, amount: money('1 USD') });
    const decision = engine.decide(intended);
    const event: Event = { kind: 'decided', call: intended, verdict: decision.verdict, trips: tripsOf(decision) };
    const entry = decided(event, engine);
    engine.apply(event);
    return entry;
  });
}

test('I8 after a change of policy the new one decides, and knows what happened under the old', () => {
  const before = refunds(4, two, []);
  const change: Entry = { kind: 'policy', at: 4, digest: five.digest, file: 'a.yaml', text: five.digest };
  const after = refunds(5, five, [...before, change]);
  const verdicts = [...before, ...after].flatMap((entry) => (entry.kind === 'call' ? [entry.verdict] : []));
  expect(verdicts.join(' ')).toBe('allow allow deny deny allow allow allow deny deny');
  const records = recorded([...before, change, ...after], two);
  expect(redecide(records, compile)).toMatchObject({ calls: 9, differences: [] });
});

test('I8 a verdict, finding or fact that was not the policy’s is named with its record', () => {
  const entries = refunds(3, two, []);
  const forge = (index: number, more: Partial<CallEntry>): Recorded[] =>
    recorded(entries, two).map((one, at) => (at === index ? ({ ...one, ...more } as Recorded) : one));
  const allowed = redecide(forge(3, { verdict: 'allow' }), compile);
  expect(allowed.differences).toMatchObject([{ seq: 4, call: 'c2', what: 'verdict', recorded: 'allow', now: 'deny' }]);
  const silent = redecide(forge(3, { findings: [] }), compile);
  expect(silent.differences).toMatchObject([{ seq: 4, what: 'findings', recorded: [] }]);
  const { facts } = intentOf(call('c0', { amount: money('1 USD') }));
  const ungranted = redecide(forge(1, { facts: { ...facts, granted: false } }), compile);
  expect(ungranted.differences[0]).toMatchObject({ seq: 2, what: 'verdict', recorded: 'allow', now: 'deny' });
});

test('I8 the digest of the decisions is of what was decided, record by record, and of nothing else', () => {
  const entries = refunds(4, two, []);
  const same = redecide(recorded(entries, two), compile);
  expect(same.decisions.now).toBe(same.decisions.recorded);
  // By hand: a line of canonical JSON for each call.
  const lines = entries.map((entry) => {
    if (entry.kind !== 'call') return '';
    const { call: id, verdict, findings, trips } = entry;
    return `${canonicalJson([id, verdict, findings, trips] as unknown as Json)}\n`;
  });
  expect(same.decisions.recorded).toBe(hash('sha256', lines.join('')));
  const later = recorded(entries, two).map((one) => ({ ...one, hash: 'other', headers: { a: 'b' } }));
  expect(redecide(later, compile).decisions).toEqual(same.decisions);
  for (const more of [
    { verdict: 'hold' },
    { findings: ['freeze freeze'] },
    { trips: [{ trip: 'kill' }] },
  ] as object[]) {
    const forged = recorded(entries, two).map((one, at) => (at === 4 ? { ...one, ...more } : one));
    const { decisions, different } = redecide(forged, compile);
    expect(decisions.now).toBe(same.decisions.now);
    expect(decisions.recorded).not.toBe(same.decisions.recorded);
    expect(different).toBeGreaterThan(0);
  }
});

test('I8 a policy that does not compile to its digest, and a call before any policy, are differences', () => {
  const entries = refunds(1, two, []);
  const wrong = redecide(recorded(entries, two), () => five);
  expect(wrong.differences[0]).toMatchObject({ seq: 1, what: 'policy', recorded: two.digest, now: five.digest });
  const lawless = redecide(recorded(entries, two).slice(1), compile);
  expect(lawless).toMatchObject({ calls: 1, differences: [{ seq: 2, call: 'c0', what: 'policy' }] });
});

test('I8 a journal on disk is decided again from its directory', async () => {
  const dir = directory();
  await written(dir, refunds(4, two, []), 2, {
    policy: { policy: two, file: 'a.yaml', text: two.digest },
    now: () => 0,
  });
  expect(redecide(dir, compile)).toMatchObject({ calls: 4, differences: [] });
});
