import { normalAbove } from '../../evidence/statistics/normal.ts';
import { rankDistribution } from './rank-distribution.ts';
import { ranked } from './ranks.ts';

/** Up to this many in each sample the distribution is counted out; beyond, the normal one is as good (R does the same). */
export const EXACT_MAX = 49;

export interface RankTest {
  /** Pairs in which the first is larger; equal ones count half. */
  readonly u: number;
  /** Of 1: how probable it is that one of the first is larger than one of the second. */
  readonly superiority: number;
  /** How improbable what was seen would be if both were alike: in either direction, and in one. */
  readonly p: number;
  /** … against "the first tends to be larger". */
  readonly pGreater: number;
  readonly pLess: number;
  readonly exact: boolean;
}

/**
 * The Mann–Whitney test (Annals of Mathematical Statistics 18, 1947): whether one sample tends to larger values, whatever their
 * distribution; for times, costs and counts, which have long tails. Exact for up to {@link EXACT_MAX} values without ties;
 * otherwise normal, with the corrections for ties and continuity (Hollander & Wolfe, Nonparametric Statistical Methods, 2nd ed.
 * 1999, §4.1).
 *
 * @returns `null` where a sample is empty
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest | null {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return null;
  const { sum, ties } = ranked(first, second);
  const u = sum - (n * (n + 1)) / 2;
  const exact = ties === 0 && n <= EXACT_MAX && m <= EXACT_MAX;
  const [pGreater, pLess] = exact ? byCount(u, n, m) : byNormal(u, n, m, ties);
  return { u, superiority: u / (n * m), p: Math.min(1, 2 * Math.min(pGreater, pLess)), pGreater, pLess, exact };
}

/** The variance of U under "both alike". */
export function varianceOfU(n: number, m: number, ties: number): number {
  const all = n + m;
  return ((n * m) / 12) * (all + 1 - (all < 2 ? 0 : ties / (all * (all - 1))));
}

function byCount(u: number, n: number, m: number): readonly [number, number] {
  const probabilities = rankDistribution(n, m);
  let [greater, less] = [0, 0];
  for (const [value, probability] of probabilities.entries()) {
    if (value >= u) greater += probability;
    if (value <= u) less += probability;
  }
  return [Math.min(1, greater), Math.min(1, less)];
}

function byNormal(u: number, n: number, m: number, ties: number): readonly [number, number] {
  const deviation = Math.sqrt(varianceOfU(n, m, ties));
  // All values are one.
  if (deviation === 0) return [1, 1];
  const away = u - (n * m) / 2;
  return [normalAbove((away - 0.5) / deviation), normalAbove((-away - 0.5) / deviation)];
}
