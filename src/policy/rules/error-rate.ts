import { z } from 'zod';
import type { ErrorRateRule } from '../../engine/guards/error-rate.ts';
import { formatShare, reaches } from '../../std/share.ts';
import { knownBaseline, needBaseline } from '../baseline.ts';
import { durationMs } from '../checked.ts';
import { baselineFactor, shareOf, ShareOrBaseline } from '../schema/share.ts';
import { Duration } from '../schema/text.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { minimum } from './minimum.ts';
import { selector } from './selector.ts';
import { stops } from './stops.ts';

const WHOLE_PPM = 1_000_000;

export const ErrorRate = z
  .strictObject({
    ...selector,
    errorRate: ShareOrBaseline.meta({
      description: 'The share of its calls that fail: refused by the business, failed there, or never answered.',
      examples: ['20%', '3x baseline'],
    }),
    within: Duration.meta({ description: 'The window they are counted in.', examples: ['5m'] }),
    minimum,
    onTrip: stops,
  })
  .meta({ description: "Too many of an agent's calls fail." });

type Form = z.infer<typeof ErrorRate>;

export const errorRate: RuleKind<Form, ErrorRateRule> = {
  check(file, place, report) {
    const path = [...place.path, 'errorRate'];
    if (baselineFactor(file.errorRate) !== undefined && needBaseline(place, path, report) === undefined) return;
    const { share } = limitOf(file, place);
    if (!reaches(1, file.minimum, share)) return;
    const message = `one failure in ${file.minimum} calls reaches ${formatShare(share)} and stops the agent`;
    report.warn(path, { message, accepted: 'a larger `minimum`' });
  },
  compile: (file, place) => ({
    rule: place.rule,
    routes: place.routes,
    ...limitOf(file, place),
    withinMs: durationMs(file.within),
    minimum: file.minimum,
    onTrip: file.onTrip,
  }),
};

function limitOf({ errorRate: written }: Form, place: RulePlace): Pick<ErrorRateRule, 'share' | 'baseline'> {
  const factor = baselineFactor(written);
  if (factor === undefined) return { share: shareOf(written) };
  const { failed } = knownBaseline(place);
  const share = Math.min(WHOLE_PPM, Math.ceil(failed * factor));
  return { share, baseline: `${factor}x the baseline of ${formatShare(failed)}` };
}
