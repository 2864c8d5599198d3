import { assert } from '../../std/assert.ts';
import type { Interval } from '../../evidence/statistics/wilson.ts';
import { BETS } from './bets.ts';
import { atLogOdds, LOG_ODDS_MAX } from './log-odds.ts';
import { rootOf } from './root.ts';

/**
 * Bounds of the mean of values between 0 and 1, whatever their distribution: the means against which nobody could have won
 * 1 / (1 − confidence) by betting (Waudby-Smith & Ramdas, Journal of the Royal Statistical Society B 86, 2024). The less the values
 * vary, the narrower. Like {@link sequenceBound} they hold at all times at once.
 *
 * @param confidence of each bound alone
 */
export function meanBounds(values: readonly number[], confidence: number): Interval {
  assert(
    values.every((value) => value >= 0 && value <= 1),
    'a value lies between 0 and 1',
  );
  const least = -Math.log(1 - confidence);
  return {
    low:
      1 -
      upper(
        values.map((value) => 1 - value),
        least,
      ),
    high: upper(values, least),
  };
}

function upper(values: readonly number[], least: number): number {
  const bets = BETS.map(({ odds, weight }) => {
    const paid = values.reduce((sum, value) => sum + Math.log1p(value * (1 / odds - 1)), 0);
    return { odds, won: Math.log(weight) + paid };
  });
  const above = (logOdds: number): number => {
    const { rate } = atLogOdds(logOdds);
    return logSum(bets.map(({ odds, won }) => won - values.length * Math.log1p(rate * (1 / odds - 1)))) - least;
  };
  return above(LOG_ODDS_MAX) <= 0 ? 1 : atLogOdds(rootOf(above, -LOG_ODDS_MAX, LOG_ODDS_MAX)).rate;
}

/** ln Σ exp, without leaving the numbers. */
function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
