import { assert } from '../../std/assert.ts';
import type { Interval } from '../../evidence/statistics/wilson.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { atLogOdds, LOG_ODDS_MAX } from './log-odds.ts';
import { rootOf } from './root.ts';

/**
 * The exact bounds of a rate (Clopper & Pearson, Biometrika 26, 1934): `high` is the largest rate at which so few events are not
 * yet too improbable. For **one** look that was planned beforehand: who looks again and again until it passes deceives himself
 * (see `confidence-sequence.ts`).
 *
 * @param events whole, of `trials` that are independent
 * @param confidence of each bound alone, in (0, 1): 0.95
 * @param sides 2: of the interval as a whole, as tables print it
 */
export function clopperPearson(events: number, trials: number, confidence: number, sides: 1 | 2 = 1): Interval {
  assert(Number.isInteger(events) && Number.isInteger(trials), `${events} of ${trials} is no count`);
  assert(events >= 0 && events <= trials, `${events} of ${trials} is no share`);
  const error = errorOf(confidence) / sides;
  return { low: 1 - upper(trials - events, trials, error), high: upper(events, trials, error) };
}

/**
 * The rule of three (Hanley & Lippman-Hand, JAMA 249, 1983): the upper bound of a rate of which `trials` independent trials
 * showed nothing, −ln(1 − confidence) / trials; 3 / trials at 95 %. A little above the exact one.
 */
export function ruleOfThree(trials: number, confidence: number): number {
  const error = errorOf(confidence);
  return trials <= 0 ? 1 : Math.min(1, -Math.log(error) / trials);
}

function errorOf(confidence: number): number {
  assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, ${confidence} does not`);
  return 1 - confidence;
}

/** The rate at which as many events or fewer have the probability `error`. */
function upper(events: number, trials: number, error: number): number {
  if (events === trials) return 1;
  if (events === 0) return -Math.expm1(Math.log(error) / trials);
  const above = (logOdds: number): number => {
    const { rate, rest } = atLogOdds(logOdds);
    return incompleteBeta(rate, events + 1, trials - events, rest) - (1 - error);
  };
  return atLogOdds(rootOf(above, -LOG_ODDS_MAX, LOG_ODDS_MAX)).rate;
}
