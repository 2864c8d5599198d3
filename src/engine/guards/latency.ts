import { formatDuration } from '../../std/duration.ts';
import { reaches, shownShare } from '../../std/share.ts';
import type { Guard } from '../guard.ts';
import { ratioTriggers, type RatioKind, type RatioRule } from '../ratio-trigger.ts';

/**
 * An agent's calls getting much slower than they used to be stops it. The 95th percentile is above a limit exactly where
 * more than 5 % of the answers are slower than it, so counting those is enough; no latency is kept.
 */
export interface LatencyRule extends RatioRule {
  readonly overMs: number;
  /** What `overMs` was made from: `3x the baseline of 840ms`; absent where the policy states it. */
  readonly baseline?: string;
}

export const latency: Guard = {
  name: 'latency',
  status: 403,
  install: (policy) => ratioTriggers(kind, policy, (agent) => policy.agents.get(agent)?.rules.latency ?? []),
};

/** Slower answers than these are within the 95th percentile. */
const FAST_ENOUGH_PPM = 950_000;

const kind: RatioKind<LatencyRule> = {
  guard: 'latency',
  isBad: ({ overMs }, effectiveness, answer) => {
    const latencyMs = answer?.latencyMs ?? null;
    if (latencyMs !== null) return latencyMs > overMs;
    // No answer in time is the slowest there is; a call that was never sent says nothing of speed.
    return effectiveness === 'ineffective' ? undefined : true;
  },
  crosses: (_rule, { total, bad }) => !reaches(total - bad, total, FAST_ENOUGH_PPM),
  words: ({ overMs, withinMs, baseline }, { total, bad }) => ({
    reason: 'latency',
    observed: `${bad} of ${total} answers in ${formatDuration(withinMs)} took longer (${shownShare(bad, total)})`,
    limit: `95% within ${formatDuration(overMs)}${baseline === undefined ? '' : `: ${baseline}`}`,
    hint: 'The business answers much slower than it used to. Stop, and report it: more calls make it worse.',
  }),
};
