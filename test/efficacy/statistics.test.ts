import { expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { estimate } from '../../efficacy/statistics.ts';
import type { Share } from '../../efficacy/tally.ts';

const of = (events: number, total: number): Share => ({ events, total });
const estimated = (...strata: Share[][]) => estimate(strata, prng(7), 20_000);

test('with one call per cluster the interval is the binomial’s', () => {
  // 30 of 100: the percentiles of Binomial(100, 0.3)/100 at 2.5 % and 97.5 % are 0.21 and 0.39.
  const clusters = Array.from({ length: 100 }, (_, index) => of(index < 30 ? 1 : 0, 1));
  const { share, low, high } = estimated(clusters);
  expect(share).toBe(0.3);
  expect(low).toBeCloseTo(0.21, 2);
  expect(high).toBeCloseTo(0.39, 2);
});

test('with two clusters, one all events and one none, four draws are possible and the interval is everything', () => {
  expect(estimated([of(10, 10), of(0, 10)])).toEqual({ events: 10, total: 20, share: 0.5, low: 0, high: 1 });
});

test('the same calls in few clusters are less sure than in many', () => {
  const many = estimated(Array.from({ length: 100 }, (_, index) => of(index % 2, 1)));
  const few = estimated(Array.from({ length: 10 }, (_, index) => of(10 * (index % 2), 10)));
  const width = ({ low, high }: typeof many): number => (high ?? 0) - (low ?? 0);
  expect(few.share).toBe(many.share);
  expect(width(few)).toBeGreaterThan(2 * width(many));
});

test('clusters of equal shares leave no doubt between them', () => {
  expect(estimated(Array.from({ length: 8 }, () => of(1, 4)))).toMatchObject({ low: 0.25, high: 0.25 });
});

test('each stratum keeps its number of clusters: no resample is all of one suite', () => {
  // Were clusters drawn over both, the share would range from 0 to 1.
  expect(
    estimated(
      Array.from({ length: 5 }, () => of(1, 1)),
      Array.from({ length: 5 }, () => of(0, 1)),
    ),
  ).toMatchObject({
    low: 0.5,
    high: 0.5,
  });
});

test('rule of three: no event in 60 clusters leaves up to 3/60, however many calls they have', () => {
  const clusters = Array.from({ length: 60 }, () => of(0, 50));
  expect(estimated(clusters)).toEqual({ events: 0, total: 3_000, share: 0, low: 0, high: 0.05 });
  expect(estimated([of(0, 9)])).toMatchObject({ low: 0, high: 1 });
});

test('nothing but events is bounded in the same way from below', () => {
  const { low, high } = estimated(Array.from({ length: 30 }, () => of(2, 2)));
  expect(low).toBeCloseTo(0.9, 12);
  expect(high).toBe(1);
});

test('clusters without a chance are no evidence, and no chance at all is no share', () => {
  const without = [...Array.from({ length: 60 }, () => of(0, 1)), ...Array.from({ length: 900 }, () => of(0, 0))];
  expect(estimated(without)).toMatchObject({ high: 0.05 });
  expect(estimated([of(0, 0)], [])).toEqual({ events: 0, total: 0, share: null, low: null, high: null });
});

test('the same seed gives the same interval', () => {
  const clusters = Array.from({ length: 20 }, (_, index) => of(index % 3, 4));
  expect(estimated(clusters)).toEqual(estimated(clusters));
});
