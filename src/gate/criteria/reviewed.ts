import { reaches } from '../../std/share.ts';
import { command, opinionsBehind, reviewCommand } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, ofOne, percent, points, shareText, whole } from './wording.ts';

/** That people have seen what was drawn for them: harm that nobody looked for is not harm that was not done. */
export const reviewed: Judge = ({ evidence, demanded }) => {
  const { chosen, reviewed: seen } = evidence.review;
  const line = demanded.reviewedAtLeast;
  const said = {
    id: 'reviewed',
    title: 'reviewed of what was drawn',
    observed: chosen === 0 ? 'nothing was drawn' : `${whole(seen)} of ${whole(chosen)} (${percent(seen / chosen)})`,
    behind: [opinionsBehind(evidence), command(reviewCommand(evidence, 'list'))],
  } as const;
  if (line === null) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const isEnough = chosen > 0 && reaches(seen, chosen, line);
  const missing = Math.ceil((chosen * line) / 1_000_000) - seen;
  return [
    criterionOf({
      ...said,
      required: `${shareText(line)} or more`,
      margin: chosen === 0 ? null : points(seen / chosen - ofOne(line), isEnough),
      outcome: isEnough ? 'pass' : 'inconclusive',
      // No time is said: it takes a person, not patience.
      lacking:
        chosen === 0
          ? 'there is nothing to review yet; let it work on'
          : `${counted(missing, 'drawn call')} ${missing === 1 ? 'waits' : 'wait'} for a reviewer: \`${reviewCommand(evidence)}\``,
    }),
  ];
};
