import type { Estimate, Share } from './share.ts';
import { studentT } from './student-t.ts';
import { CONFIDENCE_USUAL, wilson, zWithin } from './wilson.ts';

/**
 * A share over clusters, with Wilson's interval for as many independent trials as the clusters are worth.
 *
 * @param clusters one share for each session (or customer): its chances stand or fall together
 * @param confidence of the interval as a whole
 */
export function clustered(clusters: readonly Share[], confidence = CONFIDENCE_USUAL): Estimate {
  const chances = clusters.filter(({ total }) => total > 0);
  const { events, total } = sum(chances);
  const base = { events, total, clusters: chances.length };
  if (total === 0) return { ...base, share: null, low: null, high: null };
  const share = events / total;
  return { ...base, share, ...wilson(share, trialsWorth(chances, confidence), confidence) };
}

/**
 * How many independent trials clusters are worth (Kish 1965, §8.2; Korn & Graubard, Survey Methodology 24, 1998): the number
 * of trials whose share would vary as this ratio of two sums does over clusters, less what is lost by estimating that from few
 * clusters. Never more than there are chances.
 *
 * Where nothing happened, or nothing else, the clusters show no variance that could be believed: each counts as one trial.
 */
export function trialsWorth(clusters: readonly Share[], confidence = CONFIDENCE_USUAL): number {
  const { events, total } = sum(clusters);
  const count = clusters.length;
  if (total === count || events === 0 || events === total || count === 1) return count;
  const share = events / total;
  const squares = clusters.reduce((all, one) => all + (one.events - share * one.total) ** 2, 0);
  const variance = ((count / (count - 1)) * squares) / (total * total);
  if (variance === 0) return total;
  const lost = (zWithin(confidence) / studentT(count - 1, confidence)) ** 2;
  return Math.min(total, ((share * (1 - share)) / variance) * lost);
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
