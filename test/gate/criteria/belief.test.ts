import { expect, test } from 'vitest';
import type { CallId } from '../../../src/engine/ids.ts';
import type { GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import { judge } from '../../../src/gate/verdict.ts';
import { base, days, edges } from './edges.ts';
import { FIRST, NOW, shownOf, termsOf } from './shown.ts';

const journal = (over: Partial<GateEvidence['journal']>): Partial<GateEvidence> => ({
  journal: { ...base.journal, ...over },
});
const redecided = (over: Partial<GateEvidence['journal']['redecided']>): Partial<GateEvidence> =>
  journal({ redecided: { ...base.journal.redecided, ...over } });
const identity = (over: Partial<GateEvidence['basis']['identity']>): Partial<GateEvidence> => ({
  basis: { ...base.basis, identity: { version: null, model: null, prompt: null, ...over } },
});
const scenarios = (over: Partial<NonNullable<GateEvidence['scenarios']>>): Partial<GateEvidence> => ({
  scenarios: base.scenarios && { ...base.scenarios, ...over },
});
const probe = (over: Partial<NonNullable<GateEvidence['probe']>>): Partial<GateEvidence> => ({
  probe: base.probe && { ...base.probe, ...over },
});

edges({
  identity: [
    [
      'a version alone is one',
      identity({ version: '1' }),
      { outcome: 'pass', observed: 'version 1; not declared: model, prompt' },
    ],
    ['none', identity({}), { outcome: 'inconclusive', observed: 'not declared' }],
  ],
  journal: [
    ['whole', {}, { outcome: 'pass', observed: 'verified to record 9,000' }],
    [
      'with calls of a recording',
      journal({ imported: 12 }),
      { outcome: 'pass', observed: 'verified to record 9,000; 12 calls of a recording count for nothing' },
    ],
    ['empty', journal({ head: null }), { outcome: 'inconclusive', observed: 'empty' }],
    [
      'changed',
      journal({ problems: ['0003.ndjson, byte 77: its hash is another'] }),
      {
        outcome: 'fail',
        lacking:
          'the journal is not what was written: 0003.ndjson, byte 77: its hash is another; find out who changed it before anything else',
      },
    ],
    ['changed and empty', journal({ head: null, problems: ['x'] }), { outcome: 'fail' }],
  ],
  engine: [
    ['the same', {}, { outcome: 'pass', observed: '6,000 calls, none otherwise; written by 0.1.0' }],
    [
      'by another version, the same',
      journal({ engines: [null, '0.0.9'] }),
      { outcome: 'pass', observed: '6,000 calls, none otherwise; written by one that did not say, 0.0.9' },
    ],
    [
      'one otherwise',
      redecided({ differences: 1, first: { call: 'call_7' as CallId, recorded: 'allow', now: 'deny rate' } }),
      {
        outcome: 'fail',
        lacking:
          'this engine decides otherwise than the one that was watched: call_7 was allow and is deny rate; the evidence is of another engine',
      },
    ],
    ['another digest of all decisions', redecided({ now: '1' }), { outcome: 'fail' }],
    ['none decided again', redecided({ calls: 0 }), { outcome: 'inconclusive' }],
    [
      'as many as count',
      {
        ...redecided({ calls: 50 }),
        ...days({ calendar: [{ day: '2026-03-02', sessions: 9, calls: 50, writes: 9 }] }),
      },
      { outcome: 'pass' },
    ],
    [
      'fewer than count',
      {
        ...redecided({ calls: 49 }),
        ...days({ calendar: [{ day: '2026-03-02', sessions: 9, calls: 50, writes: 9 }] }),
      },
      { outcome: 'inconclusive', lacking: 'of 50 calls that count only 49 were decided again; do so with all' },
    ],
  ],
  freezes: [
    ['none', {}, { outcome: 'pass' }],
    [
      'past ones',
      { freezes: [{ at: FIRST, by: 'human:ann', reason: 'lunch', open: false }] },
      { outcome: 'pass', observed: '0 open ones, 1 past one' },
    ],
    [
      'an open one',
      { freezes: [{ at: FIRST, by: 'trip:budget', reason: 'over 500 USD', open: true }] },
      {
        outcome: 'fail',
        lacking:
          'refunds-bot is frozen since 2026-03-02T09:00:00.000Z by trip:budget: over 500 USD; find out why, and resume it if that is over',
      },
    ],
  ],
  scenarios: [
    ['all', {}, { outcome: 'pass', observed: '2 of 2 held, by 0.1.0; 2 journals decided again, none otherwise' }],
    ['not run', { scenarios: null }, { outcome: 'inconclusive', observed: 'not run' }],
    [
      'one of those that there are was not run',
      scenarios({ known: ['double-refund', 'order-loop', 'stale-read'] }),
      { outcome: 'inconclusive', lacking: 'stale-read was not run; run `interlock sandbox`' },
    ],
    [
      'one fell',
      scenarios({ results: [{ name: 'order-loop', held: false, rulesDigest: 'x' }] }),
      { outcome: 'fail', lacking: 'harm was done in order-loop; `interlock sandbox order-loop` shows how' },
    ],
    [
      'one fell that nobody asks for',
      scenarios({
        results: [
          { name: 'order-loop', held: false, rulesDigest: 'x' },
          { name: 'double-refund', held: true, rulesDigest: 'x' },
        ],
      }),
      { outcome: 'pass' },
      termsOf({ scenarios: ['double-refund'] }),
    ],
    [
      'by another engine, decided again',
      scenarios({ engine: '0.0.9' }),
      {
        outcome: 'pass',
        observed: '2 of 2 held, by 0.0.9 (the gate is 0.1.0); 2 journals decided again, none otherwise',
      },
    ],
    ['not decided again', scenarios({ redecided: { journals: 1, differing: [] } }), { outcome: 'inconclusive' }],
    ['decided otherwise', scenarios({ redecided: { journals: 2, differing: ['order-loop'] } }), { outcome: 'fail' }],
    [
      'none there',
      scenarios({ known: [], results: [], redecided: { journals: 0, differing: [] } }),
      { outcome: 'inconclusive' },
    ],
  ],
  probe: [
    ['as many runs', {}, { outcome: 'pass', margin: '0 runs to spare' }],
    ['one less', probe({ runs: 999 }), { outcome: 'inconclusive', margin: '1 run short' }],
    ['not run', { probe: null }, { outcome: 'inconclusive' }],
    ['a way was found', probe({ found: ['money leaves twice'] }), { outcome: 'fail' }],
    ['a way was found in few runs', probe({ runs: 3, found: ['money leaves twice'] }), { outcome: 'fail' }],
    ['under other rules', probe({ rulesDigest: '0' }), { outcome: 'inconclusive' }],
    [
      'a way was found under other rules',
      probe({ rulesDigest: '0', found: ['money leaves twice'] }),
      { outcome: 'inconclusive' },
    ],
    ['by another engine', probe({ engine: '0.0.9' }), { outcome: 'inconclusive' }],
  ],
});

test('people are counted, not their approvals', () => {
  const asked = termsOf({}, 2);
  const by = (...names: string[]) =>
    judge(
      asked,
      shownOf(),
      NOW,
      names.map((name) => ({ by: name, reason: 'read it' })),
    ).criteria.find(({ id }) => id === 'people');
  expect(by('ann', 'bob')).toMatchObject({ outcome: 'pass', observed: 'ann and bob' });
  expect(by('ann', 'Ann ', '')).toMatchObject({ outcome: 'inconclusive', margin: '1 person short' });
  // One person in two spellings, as the door has it.
  for (const other of ['José  Díaz', 'JOSE\u0301 DI\u0301AZ'])
    expect(by('José Díaz', other), other).toMatchObject({ outcome: 'inconclusive' });
  expect(judge(asked, shownOf(), NOW, []).verdict).toBe('INCONCLUSIVE');
});
