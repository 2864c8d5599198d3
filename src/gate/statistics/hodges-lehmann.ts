import { assert } from '../../std/assert.ts';
import { normalQuantile } from '../../evidence/statistics/normal.ts';
import { EXACT_MAX, varianceOfU } from './mann-whitney.ts';
import { pairwiseDifferences } from './pairwise-differences.ts';
import { rankDistribution } from './rank-distribution.ts';
import { ranked } from './ranks.ts';

/** By how much the first sample lies above the second, in their unit. */
export interface Shift {
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The Hodges–Lehmann estimate of a shift: the median of all differences between the samples, and the differences that a
 * Mann–Whitney test would not reject (Hollander & Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999, §4.2, §4.3). Exact where
 * that test is; with ties the interval is a little too wide.
 *
 * @param confidence of the interval as a whole
 * @returns `null` where a sample is empty
 */
export function hodgesLehmann(first: readonly number[], second: readonly number[], confidence: number): Shift | null {
  assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, ${confidence} does not`);
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return null;
  const differences = pairwiseDifferences(first, second);
  const all = n * m;
  const [lower, upper] = [Math.ceil(all / 2), Math.floor(all / 2) + 1];
  const shift = lower === upper ? differences.at(lower) : (differences.at(lower) + differences.at(upper)) / 2;
  const { ties } = ranked(first, second);
  const isExact = ties === 0 && n <= EXACT_MAX && m <= EXACT_MAX;
  const rank = isExact ? exactRank(n, m, (1 - confidence) / 2) : normalRank(n, m, ties, (1 - confidence) / 2);
  if (rank < 1) return { shift, low: -Infinity, high: Infinity };
  return { shift, low: differences.at(rank), high: differences.at(all + 1 - rank) };
}

/** The first rank that the U of two samples that are alike is at most with a probability above `tail`. 0: there is none below. */
function exactRank(n: number, m: number, tail: number): number {
  let below = 0;
  for (const [u, probability] of rankDistribution(n, m).entries()) {
    below += probability;
    if (below > tail) return u;
  }
  return 0;
}

/** The same by the normal approximation, with its correction for continuity. */
function normalRank(n: number, m: number, ties: number, tail: number): number {
  return Math.floor((n * m - 1) / 2 + normalQuantile(tail) * Math.sqrt(varianceOfU(n, m, ties))) + 1;
}
