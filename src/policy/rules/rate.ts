import { z } from 'zod';
import type { RateRule } from '../../engine/guards/rate.ts';
import { durationMs } from '../checked.ts';
import { count, Duration } from '../schema/text.ts';
import type { RuleKind } from './kind.ts';
import { onTrip } from './on-trip.ts';
import { selector } from './selector.ts';

/** A rate is exact: it remembers as many instants as it allows calls. */
export const RATE_MAX = 1_000_000;

export const Rate = z
  .strictObject({
    ...selector,
    max: count(RATE_MAX).meta({ description: 'Most calls in any window.', examples: [100] }),
    per: Duration.meta({ description: 'The length of the window.', examples: ['1h'] }),
    onTrip: onTrip('deny'),
  })
  .meta({ description: 'Never more than `max` calls in any window of `per`, counted over its routes together.' });

export const rate: RuleKind<z.infer<typeof Rate>, RateRule> = {
  compile: ({ max, per, onTrip: trip }, { rule, routes }) => ({
    rule,
    routes,
    max,
    perMs: durationMs(per),
    onTrip: trip,
  }),
};
