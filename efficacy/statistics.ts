import type { Prng } from '../src/std/prng.ts';
import type { Share } from './tally.ts';

/** A share with its 95 % confidence interval; `null` where there was no chance at all. */
export interface Estimate extends Share {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const TAIL = 0.025;
/** −ln 0.05: with no event in n independent trials, the 95 % upper bound is about 3/n (Hanley & Lippman-Hand 1983). */
const THREE = 3;

/**
 * A share over clusters, with a percentile interval by cluster bootstrap (Davison & Hinkley 1997, 3.8): whole clusters are
 * drawn with replacement, within each stratum as many as it has, because calls of one customer's tasks stand or fall together.
 *
 * Where nothing happened, or nothing else, every resample says the same and would claim certainty; there the rule of three
 * bounds it, counting each cluster with a chance as one trial, however many calls it has.
 *
 * @param strata one list per suite, with one share per cluster
 */
export function estimate(strata: readonly (readonly Share[])[], prng: Prng, resamples: number): Estimate {
  const clusters = strata.map((stratum) => stratum.filter(({ total }) => total > 0)).filter((one) => one.length > 0);
  const { events, total } = sum(clusters.flat());
  if (total === 0) return { events, total, share: null, low: null, high: null };
  const share = events / total;
  const bound = Math.min(1, THREE / clusters.flat().length);
  if (events === 0) return { events, total, share, low: 0, high: bound };
  if (events === total) return { events, total, share, low: 1 - bound, high: 1 };
  const shares = Float64Array.from({ length: resamples }, () => {
    const drawn = sum(clusters.flatMap((stratum) => stratum.map(() => stratum[prng.below(stratum.length)] as Share)));
    return drawn.events / drawn.total;
  }).sort();
  return { events, total, share, low: quantile(shares, TAIL), high: quantile(shares, 1 - TAIL) };
}

export function sum(shares: readonly Share[]): Share {
  let events = 0;
  let total = 0;
  for (const share of shares) {
    events += share.events;
    total += share.total;
  }
  return { events, total };
}

/** Of sorted values, the nearest rank. */
function quantile(sorted: Float64Array, at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] as number;
}
