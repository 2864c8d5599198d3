import { BASELINE_SESSIONS_MAX, type PromotionBaseline } from '../../promotion/statement.ts';
import type { Mix } from '../statistics/drift-alarm.ts';

/** The sessions one by one, and no more than a baseline may have: whoever signed it may have said otherwise. */
export function sessionsOf({ sessions }: PromotionBaseline): readonly Mix[] {
  const mixes: Mix[] = [];
  for (const { mix, times } of sessions) {
    const left = Math.min(times, BASELINE_SESSIONS_MAX - mixes.length);
    for (let index = 0; index < left; index += 1) mixes.push(mix);
  }
  return mixes;
}
