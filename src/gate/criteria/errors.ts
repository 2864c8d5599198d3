import { sum } from '../../evidence/statistics/clustered.ts';
import type { Share } from '../../evidence/statistics/share.ts';
import { wilson, type Interval } from '../../evidence/statistics/wilson.ts';
import { designEffect } from '../statistics/design-effect.ts';
import { failuresBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { GateCase, Judge } from './gate-case.ts';
import { leastWhere } from './least.ts';
import { oneEnd } from './one-end.ts';
import { daysUntil } from './pace.ts';
import { surelyAbove } from './surely-above.ts';
import {
  confidenceText,
  counted,
  ofOne,
  percent,
  percentAtLeast,
  percentAtMost,
  points,
  shareText,
  whole,
} from './wording.ts';

/**
 * That its upstreams do not fail or refuse it more than the policy allows; where others met more than that in the same time, it may
 * meet as much. Of their share the lower bound counts for the agent, and the upper one before anything is held against it.
 */
export const errors: Judge = (at) => {
  const { evidence, demanded } = at;
  const { sent, failed, sessions, baseline } = evidence.upstream;
  const { confidence, errorsAtMost } = demanded;
  const { high } = boundsOf(sessions, confidence);
  const others =
    baseline === null || baseline.sent === 0
      ? ''
      : `; others in the same time ${percent(baseline.failed / baseline.sent)}`;
  const said = {
    id: 'errors',
    title: 'calls that their upstream failed',
    observed:
      sent === 0
        ? 'no call reached an upstream'
        : `${whole(failed)} of ${whole(sent)} (${percent(failed / sent)}), in ${counted(sessions.length, 'session')}, at most ${percentAtMost(high)}${others}`,
    behind: [failuresBehind(evidence)],
  } as const;
  if (errorsAtMost === null) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const line = ofOne(errorsAtMost);
  const theirs = theirShare(at);
  const allowed = Math.max(line, theirs.low);
  const isWithin = sent > 0 && high <= allowed;
  const shares = sessions.map(({ events, total }) => events / total);
  const isAbove = !isWithin && surelyAbove(shares, Math.max(line, theirs.high), confidence);
  const missing = isWithin ? 0 : furtherSessions(sessions, allowed, confidence);
  return [
    criterionOf({
      ...said,
      required: `${allowed > line ? `≤ ${percentAtLeast(allowed)}, as others` : `≤ ${shareText(errorsAtMost)}`} (${confidenceText(confidence)})`,
      margin: sent === 0 ? null : points(allowed - high, isWithin),
      outcome: isWithin ? 'pass' : isAbove ? 'fail' : 'inconclusive',
      lacking: isAbove
        ? `its upstreams fail ${whole(failed)} of its ${counted(sent, 'call')}, surely more than ${percentAtMost(Math.max(line, theirs.high))}; see what it sends that they refuse`
        : Number.isFinite(missing)
          ? `at this share ${counted(missing, 'further session')} would show it; let it work on`
          : `it meets ${sent === 0 ? 'no upstream' : 'as many failures as are allowed, or more'}; see what fails`,
      daysLeft: daysUntil(at, missing, sessions.length),
    }),
  ];
};

function theirShare({ evidence, demanded }: GateCase): Interval {
  const { baseline } = evidence.upstream;
  if (baseline === null || baseline.sent === 0) return { low: 0, high: 0 };
  return boundsOf(baseline.sessions, demanded.confidence);
}

/** Wilson's, for as many chances as the sessions are worth; and on the high side never less than if nothing had failed at all. */
function boundsOf(sessions: readonly Share[], confidence: number): Interval {
  const { events, total } = sum(sessions);
  if (total === 0) return { low: 0, high: 1 };
  const { trials } = designEffect(sessions);
  const { low, high } = wilson(events / total, trials, oneEnd(confidence));
  return { low, high: Math.max(high, wilson(0, sessions.length, oneEnd(confidence)).high) };
}

/** How many sessions more, if they fare as those did. */
function furtherSessions(sessions: readonly Share[], allowed: number, confidence: number): number {
  const { events, total } = sum(sessions);
  if (total === 0 || events / total >= allowed) return Infinity;
  const worth = designEffect(sessions).trials / sessions.length;
  const within = oneEnd(confidence);
  const highOf = (all: number): number =>
    Math.max(wilson(events / total, all * worth, within).high, wilson(0, all, within).high);
  return leastWhere(sessions.length, SESSIONS_MAX, (all) => highOf(all) <= allowed) - sessions.length;
}

/** More than any journal has. */
const SESSIONS_MAX = 1e9;
