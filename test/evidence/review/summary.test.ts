import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { intentsOf } from '../../../src/evidence/intents/from-journal.ts';
import type { Opinion, ReviewSummary } from '../../../src/evidence/review/model.ts';
import { candidates } from '../../../src/evidence/review/queue.ts';
import { daysIn } from '../../../src/evidence/review/strata.ts';
import { summary } from '../../../src/evidence/review/summary.ts';
import { wilson } from '../../../src/evidence/statistics/wilson.ts';
import type { AssessmentEntry, Entry } from '../../../src/journal/entry.ts';
import { assessed, call, recorded } from '../records.ts';

function summed(entries: readonly Entry[], assessments: readonly AssessmentEntry[], size = 0, each = 5): ReviewSummary {
  const { writes } = intentsOf(recorded(entries));
  return summary('bot', 1, candidates(writes, assessments, { seed: 1, size, each }, daysIn('UTC')));
}
/** Two strata: 90 refunds and 10 cancellations, each in a session of its own. */
const writes: readonly Entry[] = [
  ...Array.from({ length: 90 }, (_, index) =>
    call({ call: `r${index}`, session: `r${index}`, subject: `charge:${index}`, amount: '5 USD' }),
  ),
  ...Array.from({ length: 10 }, (_, index) =>
    call({
      call: `c${index}`,
      session: `c${index}`,
      route: 'cancel',
      effect: 'destructive',
      subject: `order:${index}`,
    }),
  ),
];
const all = (ids: readonly string[], by: string, opinion: Opinion): AssessmentEntry[] =>
  ids.map((id) => assessed(id, by, opinion));
const ids = (letter: string, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${letter}${from + index}`);

describe('what one reviewer says', () => {
  test('of everything is what it is of all writes, without a doubt left', () => {
    const opinions = [
      ...all(ids('r', 0, 81), 'ann', 'sane'),
      ...all(ids('r', 81, 90), 'ann', 'wrong'),
      ...all(ids('c', 0, 2), 'ann', 'sane'),
      ...all(ids('c', 2, 10), 'ann', 'wrong'),
    ];
    const { agreement, consensus, reviewed, chosen, wrong } = summed(writes, opinions, 100);
    expect({ reviewed, chosen }).toEqual({ reviewed: 100, chosen: 100 });
    expect(consensus).toEqual({ sane: 83, wrong: 17, unsure: 0, disputed: 0 });
    expect(agreement.raw).toMatchObject({ events: 83, total: 100, ...wilson(0.83, 100) });
    expect(agreement.weighted.share).toBeCloseTo(0.83, 12);
    expect(agreement.weighted.low).toBe(agreement.weighted.high);
    expect(wrong).toHaveLength(17);
  });

  test('of five of each kind weighs as much as the kinds do: 0.9 of all are refunds', () => {
    const { strata } = summed(writes, []);
    expect(strata.map(({ route, population, chosen, weight }) => [route, population, chosen, weight])).toEqual([
      ['cancel', 10, 5, 2],
      ['refund', 90, 5, 18],
    ]);
    // Whatever was drawn: all refunds sane, all cancellations wrong.
    const { agreement } = summed(writes, [
      ...all(ids('r', 0, 90), 'ann', 'sane'),
      ...all(ids('c', 0, 10), 'ann', 'wrong'),
    ]);
    expect(agreement.weighted).toMatchObject({ covered: 100, population: 100 });
    expect(agreement.weighted.share).toBeCloseTo(0.9, 12);
    const { low, high } = agreement.weighted as { low: number; high: number };
    expect(low).toBeLessThan(0.9);
    expect(high).toBeGreaterThan(0.9);
  });

  test('of nothing is nothing, and of one kind speaks of that kind alone', () => {
    expect(summed(writes, []).agreement).toMatchObject({
      raw: { share: null },
      weighted: { share: null, covered: 0, population: 100 },
    });
    const { agreement } = summed(writes, all(ids('c', 0, 10), 'ann', 'sane'));
    expect(agreement.weighted).toMatchObject({ share: 1, covered: 10, population: 100 });
  });

  test('of two calls, each of a kind of its own, is no certainty of the others', () => {
    const alone = [
      call({ call: 'x0', session: 'x0', route: 'close', effect: 'destructive' }),
      call({ call: 'x1', session: 'x1', route: 'open', effect: 'destructive' }),
    ];
    const { agreement } = summed(
      [...writes, ...alone],
      [assessed('x0', 'ann', 'sane'), assessed('x1', 'ann', 'wrong')],
    );
    expect(agreement.weighted).toMatchObject({ share: 0.5, covered: 2, population: 102 });
    const { low, high } = agreement.weighted as { low: number; high: number };
    expect(low).toBeLessThan(0.15);
    expect(high).toBeGreaterThan(0.85);
  });

  test('without being sure counts for neither side', () => {
    const { agreement, consensus } = summed(
      writes,
      [...all(['c0'], 'ann', 'sane'), ...all(['c1'], 'ann', 'unsure')],
      100,
    );
    expect(consensus).toMatchObject({ sane: 1, unsure: 1 });
    expect(agreement.raw).toMatchObject({ events: 1, total: 1 });
  });

  test('twice is what was said last, and both stay in the journal', () => {
    const { consensus, reviewers } = summed(
      writes,
      [assessed('c0', 'ann', 'sane', 1), assessed('c0', 'ann', 'wrong', 2)],
      100,
    );
    expect(consensus).toMatchObject({ sane: 0, wrong: 1 });
    expect(reviewers).toMatchObject({ names: [{ by: 'ann', calls: 1, wrong: 1 }], shared: 0, percent: null });
  });
});

test('reviewers who contradict each other dispute a call, which is not sane; who is unsure is outvoted', () => {
  const opinions = [
    ...all(ids('c', 0, 4), 'ann', 'sane'),
    ...all(['c0', 'c1'], 'bob', 'sane'),
    ...all(['c2'], 'bob', 'wrong'),
    ...all(['c3'], 'bob', 'unsure'),
  ];
  const { consensus, agreement, reviewers, wrong } = summed(writes, opinions, 100);
  expect(consensus).toEqual({ sane: 3, wrong: 0, disputed: 1, unsure: 0 });
  expect(agreement.raw).toMatchObject({ events: 3, total: 4 });
  expect(wrong).toMatchObject([{ call: 'c2', consensus: 'disputed', opinions: [{ by: 'ann' }, { by: 'bob' }] }]);
  // ann says sane four times; bob twice, once wrong, once unsure: as chance has it.
  expect(reviewers).toMatchObject({ shared: 4, percent: 0.5, kappa: 0 });
});

test('an opinion on a read, on another agent’s call or on none at all counts for nothing, and is told', () => {
  const read = call({ call: 'look', effect: 'read', route: 'get' });
  const opinions = [
    assessed('look', 'ann', 'wrong'),
    assessed('nowhere', 'ann', 'wrong'),
    assessed('c0', 'ann', 'wrong', 5, 'other'),
    assessed('__proto__', 'ann', 'wrong'),
  ];
  expect(summed([...writes, read], opinions)).toMatchObject({ stray: 4, consensus: { wrong: 0 }, population: 100 });
});

test('calls of one session stand or fall together: the same opinions on fewer sessions are less sure', () => {
  const crowded = writes.map((entry) =>
    entry.kind === 'call' ? { ...entry, session: `s${Number(entry.call.slice(1)) % 5}` } : entry,
  );
  const opinions = [
    ...all(
      ids('r', 0, 90).filter((_, index) => index % 5 < 3),
      'ann',
      'sane',
    ),
    ...all(
      ids('r', 0, 90).filter((_, index) => index % 5 >= 3),
      'ann',
      'wrong',
    ),
  ];
  const width = ({ agreement: { raw } }: ReviewSummary): number => (raw.high ?? 0) - (raw.low ?? 0);
  expect(width(summed(crowded, opinions))).toBeGreaterThan(2 * width(summed(writes, opinions)));
});

const random = fc.array(
  fc.tuple(
    fc.constantFrom(...ids('r', 0, 90), ...ids('c', 0, 10)),
    fc.constantFrom('ann', 'bob', 'cy', '__proto__'),
    fc.constantFrom<Opinion>('sane', 'wrong', 'unsure'),
  ),
  { maxLength: 80 },
);

property.prop([random, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 9 })])(
  'every count adds up, whatever was said',
  (given, size, each) => {
    const found = summed(
      writes,
      given.map(([id, by, opinion], index) => assessed(id, by, opinion, index)),
      size,
      each,
    );
    const { strata, consensus, reviewers, agreement } = found;
    const total = (pick: (one: (typeof strata)[number]) => number): number =>
      strata.reduce((sum, one) => sum + pick(one), 0);
    expect(total((one) => one.population)).toBe(100);
    expect(total((one) => one.chosen)).toBe(found.chosen);
    expect(total((one) => one.reviewed)).toBe(found.reviewed);
    for (const one of strata) expect(one.sane + one.wrong + one.unsure + one.disputed).toBe(one.reviewed);
    expect(total((one) => one.chosen * one.weight)).toBeCloseTo(100, 9);
    const distinct = new Set(given.map(([id]) => id)).size;
    expect(consensus.sane + consensus.wrong + consensus.unsure + consensus.disputed).toBe(distinct);
    for (const one of reviewers.names) expect(one.sane + one.wrong + one.unsure).toBe(one.calls);
    expect(agreement.weighted.covered).toBeLessThanOrEqual(100);
  },
);
