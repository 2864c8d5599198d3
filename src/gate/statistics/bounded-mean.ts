import { assert } from '../../std/assert.ts';
import type { Interval } from '../../evidence/statistics/wilson.ts';
import { rootOf } from './root.ts';

/** What the variance is taken for before anything is known of it: the largest that values from 0 to 1 can have. */
const VARIANCE_FIRST = 0.25;

/**
 * Bounds of the mean of values between 0 and 1, whatever their distribution: the means against which a gambler could not have won
 * 1 / (1 − `confidence`) by betting on each value before it is seen (Waudby-Smith & Ramdas, "Estimating means of bounded random
 * variables by betting", Journal of the Royal Statistical Society B 86, 2024, §4). The less the values vary, the narrower. For one
 * look at all of them.
 *
 * @param values in the order in which they were seen; given those before it, each has the mean in question
 * @param confidence of each bound alone, in (0, 1)
 */
export function meanBounds(values: readonly number[], confidence: number): Interval {
  assert(
    values.every((value) => value >= 0 && value <= 1),
    'a value lies between 0 and 1',
  );
  const least = -Math.log(1 - confidence);
  const low =
    1 -
    upper(
      values.map((value) => 1 - value),
      least,
    );
  return { low: Math.max(0, low), high: upper(values, least) };
}

function upper(values: readonly number[], least: number): number {
  const bets = betsOn(values, least);
  const won = (mean: number): number => {
    let sum = -least;
    for (let index = 0; index < values.length; index += 1) {
      sum += Math.log1p((bets[index] as number) * (mean - (values[index] as number)));
    }
    return sum;
  };
  return won(1) <= 0 ? 1 : rootOf(won, 0, 1);
}

/** How much is bet on each value's being below the mean: as much as the variance of those before it makes best, and at most all. */
function betsOn(values: readonly number[], least: number): Float64Array {
  const bets = new Float64Array(values.length);
  let [seen, sum, squares] = [1, 0.5, VARIANCE_FIRST];
  for (const [index, value] of values.entries()) {
    bets[index] = Math.min(1, Math.sqrt((2 * least * seen) / (values.length * squares)));
    sum += value;
    seen += 1;
    squares += (value - sum / seen) ** 2;
  }
  return bets;
}
