import type { AgentId } from '../../engine/ids.ts';
import type { Movement } from '../statistics/drift-alarm.ts';

/** What is watched of an agent, as the policy's `demote` names it; the first that crossed its line is what it is demoted for. */
export const WATCHED_RULES = ['harm', 'disagreement', 'errors', 'drift'] as const;
export type WatchedRule = (typeof WATCHED_RULES)[number];

/** How near an agent is to one of its policy's lines. */
export interface Level {
  readonly rule: WatchedRule;
  /** `4 of 22 reviewed sessions did harm (18%)` */
  readonly observed: string;
  /** `at most 1% (99.9% sure)` */
  readonly limit: string;
  /** How many times as probable what was heard is beyond the line; the agent is demoted once it is as much as `demanded`. */
  readonly evidence: number;
  readonly demanded: number;
}

/** An agent is surely beyond a line of its policy. */
export interface Crossing extends Pick<Level, 'rule' | 'observed' | 'limit'> {
  readonly agent: AgentId;
}

export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;

export const sure = (confidence: number): string => `(${Number((100 * confidence).toPrecision(6))}% sure)`;

/** No more than a person reads of what moved; the first is the clearest. */
const MOVEMENTS_SHOWN = 2;

/** `create_refund passed: 41% of its calls, 5.1%–12% when it was promoted; … (60 sessions)` */
export function moved(movements: readonly Movement[], sessions: number): string {
  const shown = movements
    .slice(0, MOVEMENTS_SHOWN)
    .map(
      ({ category, share, low, high }) =>
        `${category}: ${percent(share)} of its calls, ${percent(low)}–${percent(high)} when it was promoted`,
    );
  return `${shown.length === 0 ? 'what it does, all in all' : shown.join('; ')} (${sessions} sessions)`;
}
