import { sum, trialsWorth } from '../../evidence/statistics/clustered.ts';
import type { Share } from '../../evidence/statistics/share.ts';

export interface DesignEffect {
  /** How many times as much a share over these clusters varies as one over as many independent chances; at least 1. */
  readonly effect: number;
  /** How many independent chances they are worth. */
  readonly trials: number;
}

/**
 * The design effect (Kish, Survey Sampling, 1965, §8.2) of chances that stand or fall together: the calls of a session, the
 * sessions of a day. Clusters in which nothing happened, or nothing else, are worth one chance each.
 */
export function designEffect(clusters: readonly Share[]): DesignEffect {
  const chances = clusters.filter(({ total }) => total > 0);
  if (chances.length === 0) return { effect: 1, trials: 0 };
  const trials = trialsWorth(chances);
  return { effect: Math.max(1, sum(chances).total / trials), trials };
}
