import { describe, expect, it } from 'vitest';
import type { CallEntry } from '../../../src/journal/entry.ts';
import type { Evidence } from '../../../src/lab/sandbox/evidence.ts';
import { checkPromises } from '../../../src/lab/sandbox/promises.ts';
import { arrived, evidence, frozen, placed, refundCall, refundEntry, refunded, resumed } from './evidence.ts';

const brokenBy = (changes: Partial<Evidence>): readonly string[] =>
  checkPromises(evidence(changes))
    .filter(({ held }) => !held)
    .map(({ id }) => id);

it('honest evidence breaks no promise, and every promise is looked at', () => {
  const checks = checkPromises(evidence());
  expect(checks.filter(({ held }) => !held)).toEqual([]);
  expect(checks.map(({ id }) => id)).toEqual(['oracle', 'I1', 'I2', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10']);
});

const DAY_MS = 86_400_000;

it("a budget's days are its calendar's, and a call counts for the day that let it through", () => {
  const over = (lastCallAt: number): readonly string[] =>
    brokenBy({
      records: placed(refundCall(1, 'a'), refundCall(3, 'b'), refundCall(lastCallAt, 'c')),
      arrivals: [arrived(2, 'a', 1), arrived(4, 'b', 2), arrived(lastCallAt, 'c', 3)],
      // The business takes its time: it is done the day after.
      deeds: [refunded(2, 'a', 0), refunded(4, 'b', 1), refunded(DAY_MS + 1, 'c', 2)],
      answered: 3,
    });
  expect(over(DAY_MS)).toEqual([]);
  expect(over(DAY_MS - 1)).toEqual(['I2']);
});

it('what is known to do harm need not do it without the door as well', () => {
  expect(brokenBy({ unguardedHarm: [], isKnownHarm: true })).toEqual([]);
  expect(brokenBy({ unguardedHarm: [], isKnownHarm: true, guardedHarm: [refundEntry(2, 'a')] })).toEqual(['oracle']);
});

const denied = (at: number, charge: string): CallEntry => ({ ...refundCall(at, charge), verdict: 'deny' });

const BROKEN: readonly (readonly [string, readonly string[], Partial<Evidence>])[] = [
  ['harm behind the door', ['oracle'], { guardedHarm: [refundEntry(2, 'a')] }],
  ['no harm without the door', ['oracle'], { unguardedHarm: [] }],
  ['a write whose record was not on file yet', ['I1'], { arrivals: [arrived(2, 'a', 1), arrived(4, 'b', 1)] }],
  ['a journal whose files are longer than its records', ['I1'], { journalBytes: 10_000 }],
  ['a write that came by no request', ['I1'], { deeds: [refunded(2, 'a', 0), refunded(4, 'b', undefined)] }],
  ['a write that was denied', ['I1', 'I9'], { records: placed(refundCall(1, 'a'), denied(3, 'b')) }],
  [
    'one record for two requests',
    ['I1', 'I5', 'I9'],
    {
      records: placed(refundCall(1, 'a'), refundCall(3, 'b'), refundCall(5, 'a')),
      arrivals: [arrived(2, 'a', 3), arrived(4, 'a', 3), arrived(6, 'a', 3)],
      deeds: [refunded(2, 'a', 0), refunded(4, 'a', 1), refunded(6, 'c', 2)],
      answered: 3,
    },
  ],
  [
    'more out than the budget',
    ['I2'],
    {
      records: placed(refundCall(1, 'a'), refundCall(3, 'b'), refundCall(5, 'c')),
      arrivals: [arrived(2, 'a', 1), arrived(4, 'b', 2), arrived(6, 'c', 3)],
      deeds: [refunded(2, 'a', 0), refunded(4, 'b', 1), refunded(6, 'c', 2)],
    },
  ],
  ['an answer without a record', ['I4'], { answered: 3 }],
  [
    'a record without a finding',
    ['I4'],
    { records: placed({ ...refundCall(1, 'a'), findings: [] }, refundCall(3, 'b')) },
  ],
  [
    'two effects on one subject',
    ['I5'],
    {
      records: placed(refundCall(1, 'a'), refundCall(3, 'a')),
      arrivals: [arrived(2, 'a', 1), arrived(4, 'a', 2)],
      deeds: [refunded(2, 'a', 0), refunded(4, 'a', 1)],
    },
  ],
  ['a journal that does not verify', ['I7'], { verified: { held: false, detail: 'byte 7' } }],
  ['verdicts that differ when decided again', ['I8'], { redecided: { held: false, detail: '1 of 2' } }],
  ['a body changed on the way', ['I1', 'I9'], { arrivals: [arrived(2, 'a', 1), arrived(4, 'z', 2)] }],
  ['the key in the journal', ['I10'], { files: { 'segments/1.ndjson': Buffer.from('…sk_test_secret…') } }],
  ['no file to look for secrets in', ['I10'], { files: {} }],
];

it.each(BROKEN)('%s breaks %j', (_what, ids, changes) => {
  expect(brokenBy(changes)).toEqual(ids);
});

describe('I6, a frozen agent', () => {
  const sentAfter = (trip: 'freeze' | 'kill', callAt: 'before' | 'after', sentAt: number): Partial<Evidence> => {
    const freeze = frozen(3, trip);
    const entries = callAt === 'before' ? [refundCall(1, 'a'), freeze] : [freeze, refundCall(4, 'a')];
    return {
      records: placed(...entries),
      arrivals: [arrived(sentAt, 'a', 2)],
      deeds: [refunded(sentAt, 'a', 0)],
      answered: 1,
    };
  };

  it('may finish what was admitted before a freeze', () => {
    expect(brokenBy(sentAfter('freeze', 'before', 5))).toEqual([]);
  });

  it('sends nothing after a kill, not even what was admitted before', () => {
    expect(brokenBy(sentAfter('kill', 'before', 5))).toEqual(['I6']);
    expect(brokenBy(sentAfter('kill', 'before', 2))).toEqual([]);
  });

  it('gets no call allowed', () => {
    expect(brokenBy(sentAfter('freeze', 'after', 5))).toEqual(['I6']);
    expect(brokenBy(sentAfter('kill', 'after', 5))).toEqual(['I6']);
  });

  it('works again once a human resumed it', () => {
    const records = placed(frozen(1, 'kill'), resumed(2), refundCall(3, 'a'));
    const arrivals = [arrived(4, 'a', 3)];
    expect(brokenBy({ records, arrivals, deeds: [refunded(4, 'a', 0)], answered: 1 })).toEqual([]);
  });
});
