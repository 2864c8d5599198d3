import { meanBounds } from '../statistics/bounded-mean.ts';
import { RateAlarm } from '../statistics/rate-alarm.ts';

/**
 * Whether a session's mean share of something is surely above a line, however often somebody looks: each session one trial, as
 * what happens within it hangs together. The alarm by which a stage would be taken back says so, as much as it still does by now; and
 * so does a bound for one look, which two bad sessions on the first day do not move: others may follow one outage.
 *
 * @param shares of 1, in the order of the sessions
 */
export function surelyAbove(shares: readonly number[], line: number, confidence: number): boolean {
  if (line >= 1) return false;
  // Of nothing any is too much, and needs no bet.
  if (line <= 0) return shares.some((share) => share > 0);
  const alarm = new RateAlarm(line);
  for (const share of shares) alarm.hear(share);
  return alarm.evidence * (1 - confidence) >= 1 && meanBounds(shares, confidence).low > line;
}
