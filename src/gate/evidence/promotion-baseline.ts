import type { PromotionBaseline } from '../../promotion/statement.ts';
import type { GateEvidence } from './evidence.ts';

/** What the agent was like while it was looked at, for whoever watches whether it still is. */
export function promotionBaseline({ mix, upstream }: Pick<GateEvidence, 'mix' | 'upstream'>): PromotionBaseline {
  const names = new Set([...Object.keys(mix.first), ...Object.keys(mix.second)]);
  const whole = [...names].toSorted().map((name) => [name, (mix.first[name] ?? 0) + (mix.second[name] ?? 0)] as const);
  return { mix: Object.fromEntries(whole), sent: upstream.sent, failed: upstream.failed };
}
