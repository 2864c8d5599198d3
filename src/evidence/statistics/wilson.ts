import { normalQuantile } from './normal.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How sure an interval is where nobody asks for more. */
export const CONFIDENCE_USUAL = 0.95;

/** The quantile of the standard normal distribution that as much lies within, on both sides. */
export function zWithin(confidence: number): number {
  return normalQuantile((1 + confidence) / 2);
}

/**
 * The score interval of a share: the values that a test at 1 − `confidence` would not reject (Wilson 1927). It stays within 0 and
 * 1, and says something where no event was seen.
 *
 * @param trials need not be whole: what clusters and weights leave of a sample
 * @param confidence of the interval as a whole. One end alone is that of the interval at 2 × `confidence` − 1
 */
export function wilson(share: number, trials: number, confidence = CONFIDENCE_USUAL): Interval {
  if (trials === Infinity) return { low: share, high: share };
  const z = zWithin(confidence);
  const z2 = z * z;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  // What rounding leaves of exactly nothing and exactly all.
  return { low: share === 0 ? 0 : Math.max(0, centre - half), high: share === 1 ? 1 : Math.min(1, centre + half) };
}
