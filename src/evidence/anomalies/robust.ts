/**
 * Robust scores: how many deviations a value lies from the median, where the deviation is 1.4826 times the median absolute
 * deviation (MAD). Unlike mean and standard deviation they are not moved by the very outliers that are looked for
 * (Iglewicz & Hoaglin, "How to Detect and Handle Outliers", 1993; 3.5 is their threshold).
 */
export const Z_MIN = 3.5;
/** A median of fewer values says little. */
export const VALUES_MIN = 20;

const MAD_TO_DEVIATION = 1.4826;

/**
 * Columns `med`, `deviation`, `n` and `z` beside each row of `from`, by group.
 *
 * @param value SQL for the value, on a scale where deviations mean something: the logarithm of an amount, twice the root of a count
 * @param floor the least deviation: where most values are the same, MAD is 0 and everything else would be infinitely far
 */
export function scored(from: string, value: string, group: readonly string[], floor: number): string {
  const by = group.length === 0 ? '' : `PARTITION BY ${group.join(', ')}`;
  return `SELECT *, (value - med) / deviation AS z FROM (
    SELECT *, greatest(${MAD_TO_DEVIATION} * mad(value) OVER (${by}), ${floor}) AS deviation,
      median(value) OVER (${by}) AS med, count(*) OVER (${by}) AS n
    FROM (SELECT *, ${value} AS value FROM (${from})))`;
}

/** A count as a value whose deviation does not grow with it (Anscombe, 1948): about 1, if calls came by chance alone. */
export const STEADY = '2 * sqrt(calls + 0.375)';

/** `z` as a reader meets it. */
export const said = (z: number): string => z.toFixed(1);
