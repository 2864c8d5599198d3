import type { Share } from './share.ts';
import { wilson } from './wilson.ts';

/** What is known of one stratum: `events` among `total` that were looked at, of `population`. */
export interface StratumShare extends Share {
  readonly population: number;
}

export interface Weighted {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How many of the population the strata have that were looked into at all. */
  readonly covered: number;
}

/**
 * The share in a whole population, from a stratified sample of it (Cochran, Sampling Techniques, 3rd ed. 1977, §5.3): each
 * stratum's share weighs as much as the stratum has members.
 *
 * The interval is Wilson's for as many trials as a simple random sample would need for the same variance, if every stratum had
 * the share of the whole; that variance is the larger one where strata differ. A stratum that was looked at whole adds none
 * (the finite population correction, ibid. §2.6), but those of which nothing was looked at are taken to be like the others: what
 * the others have seen is a sample for these.
 *
 * INVARIANT: it is a point only where everything was looked at, and never narrower than for a simple random sample of as many out
 * of the whole population, whose variance is the least that any strata give (Σ w²/n ≥ 1/Σ n, by Cauchy and Schwarz).
 *
 * @param design by how much the trials of one cluster are worth less than as many apart; at least 1
 */
export function stratified(strata: readonly StratumShare[], design = 1): Weighted {
  const seen = strata.filter(({ total }) => total > 0);
  const covered = seen.reduce((all, { population }) => all + population, 0);
  if (covered === 0) return { share: null, low: null, high: null, covered };
  let share = 0;
  let variance = 1 / covered - 1 / strata.reduce((all, { population }) => all + population, 0);
  for (const { events, total, population } of seen) {
    const weight = population / covered;
    share += (weight * events) / total;
    variance += (weight * weight * (1 - total / population)) / total;
  }
  // Sums of thirds: a share of all is exactly 1.
  const exact = seen.every(({ events, total }) => events === total) ? 1 : Math.min(1, share);
  return { share: exact, ...wilson(exact, variance === 0 ? Infinity : 1 / (variance * design)), covered };
}
