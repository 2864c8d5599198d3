/** The two-sided 95 % quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The score interval of a share: the values that a test at 5 % would not reject (Wilson 1927). It stays within 0 and 1, and
 * says something where no event was seen.
 *
 * @param trials need not be whole: what clusters and weights leave of a sample
 */
export function wilson(share: number, trials: number): Interval {
  if (trials === Infinity) return { low: share, high: share };
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z95 / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  // What rounding leaves of exactly nothing and exactly all.
  return { low: share === 0 ? 0 : Math.max(0, centre - half), high: share === 1 ? 1 : Math.min(1, centre + half) };
}
