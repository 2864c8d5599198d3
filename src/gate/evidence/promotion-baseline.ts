import { canonicalJson } from '../../std/canonical-json.ts';
import { BASELINE_SESSIONS_MAX, type PromotionBaseline, type SessionMix } from '../../promotion/statement.ts';
import type { Mix } from '../statistics/drift-alarm.ts';
import type { GateEvidence } from './evidence.ts';

/** What an agent was like when it was promoted, for whoever watches whether it still is: its last sessions. */
export function promotionBaseline({
  mix,
  upstream: { sent, failed },
}: Pick<GateEvidence, 'mix' | 'upstream'>): PromotionBaseline {
  const last = [...mix.first, ...mix.second].slice(-BASELINE_SESSIONS_MAX);
  const alike = Map.groupBy(last, (session) => canonicalJson(session));
  const sessions = [...alike.values()].map((its): SessionMix => ({ mix: its[0] as Mix, times: its.length }));
  return { sessions, sent, failed };
}
