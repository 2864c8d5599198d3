import { formatDuration } from '../../std/duration.ts';
import { formatShare, reaches, shownShare, type Ppm } from '../../std/share.ts';
import type { Guard } from '../guard.ts';
import { ratioTriggers, type RatioKind, type RatioRule } from '../ratio-trigger.ts';

/** Too many of an agent's calls failing, absolutely or against its baseline, stops it. */
export interface ErrorRateRule extends RatioRule {
  /** Trips where so many of the calls that ended in the window had no effect that anybody saw. */
  readonly share: Ppm;
  /** What `share` was made from: `3x the baseline of 1.2%`; absent where the policy states it. */
  readonly baseline?: string;
}

export const errorRate: Guard = {
  name: 'error-rate',
  status: 403,
  install: (policy) => ratioTriggers(kind, policy, (agent) => policy.agents.get(agent)?.rules.errorRate ?? []),
};

const kind: RatioKind<ErrorRateRule> = {
  guard: 'error-rate',
  // Refused (4xx), failed (5xx) or unseen: whoever's fault it is, the agent gets nowhere.
  isBad: (_rule, effectiveness) => effectiveness !== 'effective',
  crosses: ({ share }, { total, bad }) => reaches(bad, total, share),
  words: ({ share, withinMs, baseline }, { total, bad }) => ({
    reason: 'error_rate',
    observed: `${bad} of ${total} calls in ${formatDuration(withinMs)} failed (${shownShare(bad, total)})`,
    limit: baseline === undefined ? formatShare(share) : `${formatShare(share)}: ${baseline}`,
    hint: 'Too many of your calls fail. Stop, and report what you were trying to reach and what was answered.',
  }),
};
