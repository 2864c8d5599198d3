import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { clustered, sum, trialsWorth } from '../../../src/evidence/statistics/clustered.ts';
import type { Share } from '../../../src/evidence/statistics/share.ts';
import { stratified } from '../../../src/evidence/statistics/stratified.ts';
import { studentT } from '../../../src/evidence/statistics/student-t.ts';
import { wilson } from '../../../src/evidence/statistics/wilson.ts';
import { prng } from '../../../src/std/prng.ts';

const of = (events: number, total: number): Share => ({ events, total });
const many = (count: number, make: (index: number) => Share): Share[] =>
  Array.from({ length: count }, (_, i) => make(i));

describe('Newcombe 1998 (Statistics in Medicine 17), table I, method 3: the score interval', () => {
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i: %d to %d', (events, total, low, high) => {
    const interval = wilson(events / total, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});

test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
  [120, 1.98],
  [1_000_000, 1.96],
])('Student’s t with %i degrees of freedom: %d, as printed in every table', (degrees, printed) => {
  expect(studentT(degrees, 0.95)).toBeCloseTo(printed, 3);
});

test('with one chance for each cluster the interval is Wilson’s own', () => {
  const estimate = clustered(many(100, (index) => of(index < 30 ? 1 : 0, 1)));
  expect(estimate).toEqual({ events: 30, total: 100, share: 0.3, clusters: 100, ...wilson(0.3, 100) });
});

test('clusters that are all of one mind are worth one trial each, less what few of them leave unknown', () => {
  const worth = trialsWorth(many(40, (index) => of(index % 2 === 0 ? 25 : 0, 25)));
  expect(worth).toBeLessThan(40);
  expect(worth).toBeGreaterThan(36);
});

test('nothing seen in 60 clusters is 60 trials, however many chances they had', () => {
  expect(clustered(many(60, () => of(0, 50)))).toMatchObject({ share: 0, low: 0, high: wilson(0, 60).high });
  expect(clustered(many(60, () => of(50, 50)))).toMatchObject({ share: 1, high: 1, low: wilson(1, 60).low });
});

test('one cluster is one trial, and no chance at all is no share', () => {
  expect(clustered([of(3, 9), of(0, 0)])).toMatchObject({ clusters: 1, low: wilson(1 / 3, 1).low });
  expect(clustered([of(0, 0)])).toEqual({ events: 0, total: 0, clusters: 0, share: null, low: null, high: null });
});

/** 30 sessions of 1 to 20 chances, whose own rates differ from 0 to 1 around 0.3. */
function nights(seed: number, rateOf: (uniform: number) => number): Share[] {
  const random = prng(seed);
  return many(30, () => {
    const total = 1 + random.below(20);
    const rate = rateOf(random.next());
    let events = 0;
    for (let index = 0; index < total; index += 1) if (random.next() < rate) events += 1;
    return of(events, total);
  });
}

test('of 1,000 nights whose sessions differ, the interval holds the truth in about 95 of 100; one that takes calls for independent does not', () => {
  // Each session's rate is 0.9 in one of three, and 0: 0.3 on average.
  const rateOf = (uniform: number): number => (uniform < 1 / 3 ? 0.9 : 0);
  let held = 0;
  let naive = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { low, high, share, total } = clustered(nights(seed, rateOf)) as {
      low: number;
      high: number;
      share: number;
      total: number;
    };
    if (low <= 0.3 && 0.3 <= high) held += 1;
    const independent = wilson(share, total);
    if (independent.low <= 0.3 && 0.3 <= independent.high) naive += 1;
  }
  expect(held).toBeGreaterThan(925);
  expect(held).toBeLessThan(985);
  expect(naive).toBeLessThan(600);
});

const clusters = fc.array(
  fc
    .integer({ min: 1, max: 20 })
    .chain((total) => fc.integer({ min: 0, max: total }).map((events) => of(events, total))),
  { minLength: 1, maxLength: 40 },
);

property.prop([clusters])(
  'the interval holds the share, lies within 0 and 1, and is no narrower than for independent chances',
  (all) => {
    const { share, low, high, total } = clustered(all) as { share: number; low: number; high: number; total: number };
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeLessThanOrEqual(share + 1e-12);
    expect(high).toBeGreaterThanOrEqual(share - 1e-12);
    const independent = wilson(share, total);
    expect(high - low).toBeGreaterThanOrEqual(independent.high - independent.low - 1e-12);
    expect(clustered(all.toReversed()).low).toBeCloseTo(low, 12);
  },
);

const width = ({ low, high }: { low: number | null; high: number | null }): number => (high ?? 0) - (low ?? 0);

describe('a stratified sample', () => {
  const strata = [
    { population: 900, events: 9, total: 10 },
    { population: 100, events: 2, total: 10 },
  ];

  test('weighs each stratum’s share by its members: 0.9 × 0.9 + 0.1 × 0.2', () => {
    expect(stratified(strata)).toMatchObject({ covered: 1_000 });
    expect(stratified(strata).share).toBeCloseTo(0.83, 12);
  });

  test('of two calls, each the whole of its kind, says of 72 what two calls say', () => {
    const one = (events: number) => ({ population: 1, events, total: 1 });
    const { low, high } = stratified([one(0), one(1), { population: 70, events: 0, total: 0 }]);
    const trials = 1 / (1 / 2 - 1 / 72);
    expect(low).toBeCloseTo(wilson(0.5, trials).low, 12);
    expect(high).toBeCloseTo(wilson(0.5, trials).high, 12);
  });

  property.prop([
    fc.array(
      fc
        .integer({ min: 1, max: 50 })
        .chain((population) =>
          fc
            .integer({ min: 0, max: population })
            .chain((total) => fc.integer({ min: 0, max: total }).map((events) => ({ population, total, events }))),
        ),
      { minLength: 1, maxLength: 8 },
    ),
    fc.double({ min: 1, max: 4, noNaN: true }),
  ])(
    'is a point only where everything was looked at, and no narrower than a simple sample of as many',
    (all, design) => {
      const { low, high, share, covered } = stratified(all, design);
      if (share === null || low === null || high === null) {
        expect(covered).toBe(0);
        return;
      }
      const [seen, population] = [sum(all).total, all.reduce((members, one) => members + one.population, 0)];
      expect([low, high].every((bound) => bound >= 0 && bound <= 1)).toBe(true);
      expect(low <= share && share <= high).toBe(true);
      if (seen === population) {
        expect(high).toBe(low);
        return;
      }
      const simple = wilson(share, 1 / (1 / seen - 1 / population));
      expect(high - low).toBeGreaterThanOrEqual(simple.high - simple.low - 1e-9);
      expect(high).toBeGreaterThan(low);
    },
  );

  test('that saw everything leaves no doubt', () => {
    expect(stratified([{ population: 10, events: 9, total: 10 }])).toEqual({
      share: 0.9,
      low: 0.9,
      high: 0.9,
      covered: 10,
    });
  });

  test('speaks of the strata that were looked into, says how much that is, and is less sure of all', () => {
    const more = [...strata, { population: 500, events: 0, total: 0 }];
    const { share, covered } = stratified(strata);
    expect(stratified(more)).toMatchObject({ share, covered });
    expect(width(stratified(more))).toBeGreaterThan(width(stratified(strata)));
    expect(stratified([])).toEqual({ share: null, low: null, high: null, covered: 0 });
  });

  test('of one large stratum gives Wilson’s interval for its sample', () => {
    const { low, high } = stratified([{ population: 1_000_000_000, events: 30, total: 100 }]);
    expect(low).toBeCloseTo(wilson(0.3, 100).low, 6);
    expect(high).toBeCloseTo(wilson(0.3, 100).high, 6);
  });

  test('is less sure where its calls come in clusters', () => {
    expect(width(stratified(strata, 3))).toBeGreaterThan(1.5 * width(stratified(strata)));
  });

  test('drawn 1,000 times from strata that differ, holds the truth in at least 95 of 100', () => {
    const random = prng(11);
    let held = 0;
    for (let draw = 0; draw < 1_000; draw += 1) {
      const sampled = [
        { population: 900, rate: 0.95, total: 30 },
        { population: 100, rate: 0.5, total: 20 },
      ].map(({ population, rate, total }) => {
        let events = 0;
        for (let index = 0; index < total; index += 1) if (random.next() < rate) events += 1;
        return { population, events, total };
      });
      const { low, high } = stratified(sampled) as { low: number; high: number };
      if (low <= 0.905 && 0.905 <= high) held += 1;
    }
    expect(held).toBeGreaterThan(940);
  });
});
