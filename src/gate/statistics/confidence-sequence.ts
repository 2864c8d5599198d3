import { assert } from '../../std/assert.ts';
import type { Interval } from '../../evidence/statistics/wilson.ts';
import { logIncompleteBeta } from './incomplete-beta.ts';
import { logBeta } from './log-beta.ts';
import { atLogOdds, LOG_ODDS_MAX } from './log-odds.ts';
import { rootOf } from './root.ts';

/** Jeffreys' exponent: little is lost where nothing happens, and little where something does. */
const EXPONENT = 0.5;

/**
 * Bounds of a rate that hold **at all times at once**: whoever looks after every trial, and stops when he likes what he sees, is
 * wrong about `high` in at most 1 − `confidence` of all cases, ever, and so about `low`. It is all that a gate may look at that is
 * asked again and again.
 *
 * A beta-binomial mixture (Robbins, Annals of Mathematical Statistics 41, 1970; its one-sided form in Howard, Ramdas, McAuliffe
 * & Sekhon, Annals of Statistics 49, 2021, Proposition 8): {@link logEvidenceBelow} is a supermartingale wherever the rate is `rate`
 * or more, and by Ville's inequality never exceeds ln(1 / α) but with probability α. The bound is the largest rate against which
 * there is not that much.
 *
 * Trials need not be independent. Each must have, given those before it, a rate of at least (for `low`: at most) the one in
 * question; a rate that comes and goes with the day is not bounded on average.
 *
 * @param events whole, of `trials`, up to 10⁷ and beyond
 * @param confidence of each bound alone, in (0, 1): 0.95
 */
export function sequenceBound(events: number, trials: number, confidence: number): Interval {
  assert(Number.isInteger(events) && Number.isInteger(trials), `${events} of ${trials} is no count`);
  assert(events >= 0 && events <= trials, `${events} of ${trials} is no share`);
  assert(confidence > 0 && confidence < 1, `a confidence lies between 0 and 1, ${confidence} does not`);
  const least = -Math.log(1 - confidence);
  return { low: 1 - upper(trials - events, trials, least), high: upper(events, trials, least) };
}

/**
 * ln of the evidence that a rate is below `rate`: by how much what was seen is more probable under rates below it than under it.
 * It rises with `rate` and with every trial without an event.
 *
 * The mixture is over odds that are a part ω of those of `rate`, with the density ½ ω^−½ in (0, 1): a beta prior with the
 * parameters ½ and −½, cut off at `rate`. In ω it is the same for every rate, which makes it rise with the rate (ω < 1 gives
 * ω^events / (1 − rate (1 − ω))^trials) and as good at 0.1 % as at 10 % or 99 %.
 *
 * @param rate in (0, 1)
 * @param rest 1 − `rate`, where that is known to more digits
 */
export function logEvidenceBelow(events: number, trials: number, rate: number, rest = 1 - rate): number {
  const others = trials - events;
  // Nothing but events is evidence of no rate being smaller. It is below 1, and how far matters to nobody.
  if (others === 0) return 0;
  const [a, b] = [EXPONENT + events, others - EXPONENT];
  const prior = Math.log(EXPONENT) + EXPONENT * Math.log(rest / rate);
  const mixed = logBeta(a, b) + logIncompleteBeta(rate, a, b, rest);
  return prior + mixed - events * Math.log(rate) - others * logRest(rate, rest);
}

function logRest(rate: number, rest: number): number {
  return rate < 0.5 ? Math.log1p(-rate) : Math.log(rest);
}

function upper(events: number, trials: number, least: number): number {
  if (events === trials) return 1;
  const above = (logOdds: number): number => {
    const { rate, rest } = atLogOdds(logOdds);
    return logEvidenceBelow(events, trials, rate, rest) - least;
  };
  // At the share itself no smaller rate is more probable.
  const from = events === 0 ? -LOG_ODDS_MAX : Math.log(events / (trials - events));
  return atLogOdds(rootOf(above, from, LOG_ODDS_MAX)).rate;
}
