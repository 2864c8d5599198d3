import { sum } from '../../evidence/statistics/clustered.ts';
import type { Share } from '../../evidence/statistics/share.ts';
import { wilson } from '../../evidence/statistics/wilson.ts';
import { designEffect } from '../statistics/design-effect.ts';
import { command, opinionsBehind, reviewCommand } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { ClassJudge } from './gate-case.ts';
import { leastWhere } from './least.ts';
import { oneEnd } from './one-end.ts';
import { daysUntil } from './pace.ts';
import { surelyAbove } from './surely-above.ts';
import { confidenceText, counted, ofOne, percentAtLeast, points, shareText, whole } from './wording.ts';

/**
 * That people would do, or find right, what the agent meant: Wilson's lower bound, for as many chances as the sessions are worth.
 *
 * It says no only by an alarm that holds however often one looks (`surelyAbove`), each session as one: two sessions that went
 * wrong on the first day are no verdict.
 */
export const agreement: ClassJudge = (at, of, { agreementAbove }) => {
  const clusters = (of.agreement?.clusters ?? []).filter(({ total }) => total > 0);
  const { confidence } = at.demanded;
  const shown = shownOf(clusters, confidence);
  const people = of.agreement?.with === 'actuals' ? 'with what people did' : 'with reviewers';
  const said = {
    id: 'agreement',
    class: of.route,
    title: 'agreement with people',
    observed:
      shown === null ? 'nobody said anything of it' : `${shown.text} ${people}, at least ${percentAtLeast(shown.low)}`,
    behind: [opinionsBehind(at.evidence, of), command('interlock review summary')],
  } as const;
  if (agreementAbove === null) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const line = ofOne(agreementAbove);
  const required = `> ${shareText(agreementAbove)} (${confidenceText(confidence)})`;
  const review = `review what it meant (\`${reviewCommand(at.evidence)}\`), or compare it with what people did`;
  if (shown === null) {
    return [
      criterionOf({
        ...said,
        required,
        outcome: 'inconclusive',
        lacking: `${of.route}: nobody said whether people agree; ${review}`,
      }),
    ];
  }
  const isAbove = shown.low > line;
  const isBelow = !isAbove && surelyAbove(shown.against, 1 - line, confidence);
  const missing = furtherSessions(shown, line, confidence);
  return [
    criterionOf({
      ...said,
      required,
      margin: points(shown.low - line, isAbove),
      outcome: isAbove ? 'pass' : isBelow ? 'fail' : 'inconclusive',
      lacking: isBelow
        ? `${of.route}: people agree with ${shown.text}, surely less than ${shareText(agreementAbove)}; see what they would have done, and mend the agent`
        : Number.isFinite(missing)
          ? `${of.route}: at this share ${counted(missing, 'further session')} would show it; ${review}`
          : `${of.route}: people agree with ${shown.text}, and no number of sessions shows more at that share; see what they disagree with`,
      daysLeft: daysUntil(at, missing, clusters.length),
    }),
  ];
};

interface Shown {
  readonly text: string;
  readonly share: number;
  /** How many independent chances the sessions are worth, and how many sessions there are. */
  readonly trials: number;
  readonly sessions: number;
  readonly low: number;
  /** Of each session, in which share people did not. */
  readonly against: readonly number[];
}

function shownOf(clusters: readonly Share[], confidence: number): Shown | null {
  const { events, total } = sum(clusters);
  if (total === 0) return null;
  const share = events / total;
  const { trials } = designEffect(clusters);
  return {
    text: `${whole(events)} of ${whole(total)} in ${counted(clusters.length, 'session')}`,
    share,
    trials,
    sessions: clusters.length,
    low: lowOf(share, trials, clusters.length, confidence),
    against: clusters.map((one) => 1 - one.events / one.total),
  };
}

/**
 * Never more than if nobody had disagreed at all: then each session is worth one chance, whatever it holds, and a single
 * disagreement, which lets them be told apart, must not make the same sessions worth more.
 */
function lowOf(share: number, trials: number, sessions: number, confidence: number): number {
  const within = oneEnd(confidence);
  return Math.min(wilson(share, trials, within).low, wilson(1, sessions, within).low);
}

/** How many sessions more, if they agree as those did. */
function furtherSessions({ share, trials, sessions }: Shown, line: number, confidence: number): number {
  if (share <= line) return Infinity;
  const worth = trials / sessions;
  return leastWhere(sessions, SESSIONS_MAX, (all) => lowOf(share, all * worth, all, confidence) > line) - sessions;
}

/** More than any journal has. */
const SESSIONS_MAX = 1e9;
