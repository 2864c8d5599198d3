import type { PromotionBaseline } from '../../promotion/statement.ts';
import type { GateEvidence } from './evidence.ts';

/** What the agent was like while it was looked at, for whoever watches whether it still is. */
export function promotionBaseline({ mix, upstream }: Pick<GateEvidence, 'mix' | 'upstream'>): PromotionBaseline {
  const whole = new Map<string, number>();
  for (const session of [...mix.first, ...mix.second]) {
    for (const [name, calls] of Object.entries(session)) whole.set(name, (whole.get(name) ?? 0) + calls);
  }
  const sorted = [...whole].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { mix: Object.fromEntries(sorted), sent: upstream.sent, failed: upstream.failed };
}
