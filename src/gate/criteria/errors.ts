import { wilson } from '../../evidence/statistics/wilson.ts';
import { sequenceBound } from '../statistics/confidence-sequence.ts';
import { failuresBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { GateCase, Judge } from './gate-case.ts';
import { leastWhere } from './least.ts';
import { oneEnd } from './one-end.ts';
import { daysUntil } from './pace.ts';
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
  const { sent, failed, baseline } = evidence.upstream;
  const { confidence, errorsAtMost } = demanded;
  const bound = sent === 0 ? { low: 0, high: 1 } : wilson(failed / sent, sent, oneEnd(confidence));
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
        : `${whole(failed)} of ${whole(sent)} (${percent(failed / sent)}), at most ${percentAtMost(bound.high)}${others}`,
    behind: [failuresBehind(evidence)],
  } as const;
  if (errorsAtMost === null) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const line = ofOne(errorsAtMost);
  const theirs = theirShare(at);
  const allowed = Math.max(line, theirs.low);
  const isWithin = sent > 0 && bound.high <= allowed;
  const least = sent === 0 ? 0 : sequenceBound(failed, sent, confidence).low;
  const isAbove = least > Math.max(line, theirs.high);
  const missing = isWithin ? 0 : furtherCalls(failed, sent, allowed, confidence);
  return [
    criterionOf({
      ...said,
      required: `${allowed > line ? `≤ ${percentAtLeast(allowed)}, as others` : `≤ ${shareText(errorsAtMost)}`} (${confidenceText(confidence)})`,
      margin: sent === 0 ? null : points(allowed - bound.high, isWithin),
      outcome: isWithin ? 'pass' : isAbove ? 'fail' : 'inconclusive',
      lacking: isAbove
        ? `its upstreams fail at least ${percentAtMost(least)} of its calls; see what it sends that they refuse`
        : Number.isFinite(missing)
          ? `at this share ${counted(missing, 'further call')} would show it; let it work on`
          : `it meets ${sent === 0 ? 'no upstream' : 'as many failures as are allowed, or more'}; see what fails`,
      daysLeft: daysUntil(at, missing, sent),
    }),
  ];
};

function theirShare({ evidence, demanded }: GateCase): { readonly low: number; readonly high: number } {
  const { baseline } = evidence.upstream;
  if (baseline === null || baseline.sent === 0) return { low: 0, high: 0 };
  return wilson(baseline.failed / baseline.sent, baseline.sent, oneEnd(demanded.confidence));
}

/** How many calls more, if they fail as those did. */
function furtherCalls(failed: number, sent: number, allowed: number, confidence: number): number {
  if (sent === 0 || failed / sent >= allowed) return Infinity;
  return (
    leastWhere(sent, CALLS_MAX, (calls) => wilson(failed / sent, calls, oneEnd(confidence)).high <= allowed) - sent
  );
}

/** More than any journal has. */
const CALLS_MAX = 1e12;
