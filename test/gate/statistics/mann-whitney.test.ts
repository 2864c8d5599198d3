import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { hodgesLehmann } from '../../../src/gate/statistics/hodges-lehmann.ts';
import { mannWhitney } from '../../../src/gate/statistics/mann-whitney.ts';
import { pairwiseDifferences } from '../../../src/gate/statistics/pairwise-differences.ts';
import { rankDistribution } from '../../../src/gate/statistics/rank-distribution.ts';
import { prng } from '../../../src/std/prng.ts';
import { choose } from './binomial.ts';

describe('Hollander & Wolfe, example 4.1: permeability of human chorioamnion', () => {
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];

  test('W = 35, one-sided p = 0.1272, exact, as R’s wilcox.test prints it', () => {
    const result = mannWhitney(term, early);
    expect(result).toMatchObject({ u: 35, exact: true, superiority: 0.7 });
    expect(result?.pGreater).toBeCloseTo(0.1272061, 7);
    expect(result?.p).toBeCloseTo(0.2544123, 7);
  });

  test('example 4.2: a shift of 0.305', () => {
    expect(hodgesLehmann(term, early, 0.95)?.shift).toBeCloseTo(0.305, 12);
  });
});

test('ozone in May and August (R’s airquality): W = 127.5, p = 0.0001208, normal with corrections for ties', () => {
  const may = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37];
  const august = [
    39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
  ];
  const result = mannWhitney(may, august);
  expect(result).toMatchObject({ u: 127.5, exact: false });
  expect(result?.p).toBeCloseTo(0.0001208, 7);
});

test('samples of one value, and none', () => {
  expect(mannWhitney([], [1])).toBeNull();
  expect(hodgesLehmann([1], [], 0.95)).toBeNull();
  expect(mannWhitney([5, 5, 5], [5, 5])).toMatchObject({ p: 1, superiority: 0.5 });
  expect(hodgesLehmann([5, 5, 5], [5, 5], 0.95)?.shift).toBe(0);
});

/** All ways to choose which ranks are the first sample's. */
function countsOfU(n: number, m: number): number[] {
  const counts = Array.from({ length: n * m + 1 }, () => 0);
  for (let bits = 0; bits < 2 ** (n + m); bits += 1) {
    let [u, seen, others] = [0, 0, 0];
    for (let rank = 0; rank < n + m; rank += 1) {
      if ((bits & (1 << rank)) === 0) others += 1;
      else [u, seen] = [u + others, seen + 1];
    }
    if (seen === n) counts[u] = (counts[u] ?? 0) + 1;
  }
  return counts;
}

test('the exact distribution is that of all choices of ranks, and symmetric for 49 and 49 as well', () => {
  for (const [n, m] of [
    [1, 1],
    [1, 6],
    [3, 4],
    [6, 5],
  ] as const) {
    const expected = countsOfU(n, m).map((count) => count / choose(n + m, n));
    expect([...rankDistribution(n, m)].map((value) => value.toFixed(14))).toEqual(
      expected.map((value) => value.toFixed(14)),
    );
  }
  const large = rankDistribution(49, 49);
  expect(large.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  for (const u of [0, 500, 1_200]) expect((large[u] as number) / (large[49 * 49 - u] as number)).toBeCloseTo(1, 10);
});

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 25 });

property.prop([values, values, fc.double({ min: 0, max: 1, noNaN: true })])(
  'U counts pairs, both ways are all of them, and differences are selected as if they were sorted',
  (first, second, part) => {
    const pairs = first.flatMap((one) => second.map((other) => one - other)).toSorted((a, b) => a - b);
    const u = pairs.reduce((sum, difference) => sum + (difference > 0 ? 1 : difference === 0 ? 0.5 : 0), 0);
    expect(mannWhitney(first, second)?.u).toBe(u);
    expect(mannWhitney(second, first)?.u).toBe(pairs.length - u);
    expect(mannWhitney(second, first)?.pLess).toBeCloseTo(mannWhitney(first, second)?.pGreater ?? -1, 12);
    const differences = pairwiseDifferences(first, second);
    expect(differences.count).toBe(pairs.length);
    const rank = 1 + Math.floor(part * (pairs.length - 1));
    expect(differences.at(rank)).toBe(pairs[rank - 1]);
  },
);

function sample(seed: number, size: number, shift: number): number[] {
  const random = prng(seed);
  // Skewed, as durations are.
  return Array.from({ length: size }, () => shift - Math.log(1 - random.next()));
}

test.each([
  ['exact', 12, 15],
  ['normal', 60, 80],
])('the interval is the shifts that the test does not reject (%s)', (_, n, m) => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const [first, second] = [sample(seed, n, 1), sample(1_000 + seed, m, 0)];
    const { low, high } = hodgesLehmann(first, second, 0.95) as { low: number; high: number };
    const p = (shift: number): number =>
      mannWhitney(
        first.map((one) => one - shift),
        second,
      )?.p ?? 0;
    expect(p(low + 1e-9)).toBeGreaterThan(0.05);
    expect(p(high - 1e-9)).toBeGreaterThan(0.05);
    expect(p(low - 1e-9)).toBeLessThanOrEqual(0.05);
    expect(p(high + 1e-9)).toBeLessThanOrEqual(0.05);
  }
});

test('of 1,000 pairs of samples the interval holds the true shift in about 95 of 100', () => {
  let held = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const interval = hodgesLehmann(sample(seed, 14, 3), sample(50_000 + seed, 17, 0), 0.95);
    if (interval !== null && interval.low <= 3 && 3 <= interval.high) held += 1;
  }
  expect(held).toBeGreaterThan(930);
  expect(held).toBeLessThan(975);
});

test('three against three leave no interval at 95 %, and say so', () => {
  expect(hodgesLehmann([1, 2, 3], [4, 5, 6], 0.95)).toEqual({ shift: -3, low: -Infinity, high: Infinity });
});
