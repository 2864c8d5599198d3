import { z } from 'zod';
import type { LatencyRule } from '../../engine/guards/latency.ts';
import { DURATION_FORM, formatDuration, parseDuration } from '../../std/duration.ts';
import { assert } from '../../std/assert.ts';
import { knownBaseline, needBaseline } from '../baseline.ts';
import { durationMs } from '../checked.ts';
import { baselineFactor, orBaseline } from '../schema/share.ts';
import { Duration } from '../schema/text.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { minimum } from './minimum.ts';
import { selector } from './selector.ts';
import { stops } from './stops.ts';

const DurationOrBaseline = orBaseline(
  DURATION_FORM,
  /^[1-9]\d{0,8}(ms|s|m|h|d)$/,
  (written) => parseDuration(written) !== undefined,
);

export const Latency = z
  .strictObject({
    ...selector,
    latency: DurationOrBaseline.meta({
      description: 'How long 95% of the answers may take to begin. One that never came is slower than any limit.',
      examples: ['5s', '3x baseline'],
    }),
    within: Duration.meta({ description: 'The window they are counted in.', examples: ['5m'] }),
    minimum,
    onTrip: stops,
  })
  .meta({ description: 'The business answers an agent too slowly.' });

type Form = z.infer<typeof Latency>;

export const latency: RuleKind<Form, LatencyRule> = {
  check(file, place, report) {
    const path = [...place.path, 'latency'];
    if (baselineFactor(file.latency) === undefined) return;
    const baseline = needBaseline(place, path, report);
    if (baseline === undefined || baseline.latencyMs !== undefined) return;
    report.error(path, `the baseline of \`${place.agent}\` saw no answer here, so it has no latency`);
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

function limitOf({ latency: written }: Form, place: RulePlace): Pick<LatencyRule, 'overMs' | 'baseline'> {
  const factor = baselineFactor(written);
  if (factor === undefined) return { overMs: durationMs(written) };
  const { latencyMs } = knownBaseline(place);
  assert(latencyMs !== undefined, 'a baseline without a latency was refused when the policy was read');
  return { overMs: Math.ceil(latencyMs * factor), baseline: `${factor}x the baseline of ${formatDuration(latencyMs)}` };
}
