import { wilson } from '../../evidence/statistics/wilson.ts';
import type { Ppm } from '../../std/share.ts';
import type { Criterion } from '../criterion.ts';
import { filesNamed } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { GateCase, Judge } from './gate-case.ts';
import { oneEnd } from './one-end.ts';
import { confidenceText, ofOne, percentAtLeast, percentAtMost, points, shareText, whole } from './wording.ts';

/** What the guards do to calls of which somebody has said whether they do harm: how many they catch, and how many they stop for nothing. */
export const efficacy: Judge = (at) => {
  const of = at.evidence.efficacy;
  const terms = at.target.efficacy;
  return [
    shareOf(at, {
      title: 'harmful calls that the guards catch',
      events: of?.caught ?? 0,
      total: of?.harmful ?? 0,
      line: terms?.caughtAtLeast ?? null,
      side: 'least',
      kind: 'harmful',
      mend: 'tighten the rules that should have caught them',
    }),
    shareOf(at, {
      title: 'good calls that the guards stop',
      events: of?.stoppedWrongly ?? 0,
      total: of?.good ?? 0,
      line: terms?.stoppedWronglyAtMost ?? null,
      side: 'most',
      kind: 'good',
      mend: 'loosen the rules that stopped them',
    }),
  ];
};

interface LabelledShare {
  readonly title: string;
  readonly events: number;
  readonly total: number;
  readonly line: Ppm | null;
  /** Whether the line is the least that the share may be, or the most. */
  readonly side: 'least' | 'most';
  readonly kind: string;
  readonly mend: string;
}

/** Labelled calls are a sample of those to come: PASS where the whole interval lies on the good side, FAIL where on the other. */
function shareOf(
  { demanded, evidence }: GateCase,
  { title, events, total, line, side, kind, mend }: LabelledShare,
): Criterion {
  const { low, high } = total === 0 ? { low: 0, high: 1 } : wilson(events / total, total, oneEnd(demanded.confidence));
  const bound = side === 'least' ? `at least ${percentAtLeast(low)}` : `at most ${percentAtMost(high)}`;
  const said = {
    id: 'efficacy',
    title,
    observed: total === 0 ? `no call is labelled ${kind}` : `${whole(events)} of ${whole(total)}, ${bound}`,
    behind: filesNamed(evidence, 'labels'),
  } as const;
  if (line === null) return criterionOf({ ...said, required: 'none', outcome: 'waived' });
  const limit = ofOne(line);
  const spare = side === 'least' ? low - limit : limit - high;
  const isGood = total > 0 && spare >= 0;
  const isBad = total > 0 && (side === 'least' ? high < limit : low > limit);
  return criterionOf({
    ...said,
    required: `${side === 'least' ? '≥' : '≤'} ${shareText(line)} (${confidenceText(demanded.confidence)})`,
    margin: total === 0 ? null : points(spare, isGood),
    outcome: isGood ? 'pass' : isBad ? 'fail' : 'inconclusive',
    lacking: isBad
      ? `${whole(events)} of ${whole(total)} labelled calls say so; ${mend}`
      : `too few ${kind} calls are labelled; label more in the file that is given with --labels`,
  });
}
