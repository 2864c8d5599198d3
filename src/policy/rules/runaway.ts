import { z } from 'zod';
import type { RunawayRule } from '../../engine/guards/runaway.ts';
import { durationMs } from '../checked.ts';
import { Duration } from '../schema/text.ts';
import type { RuleKind } from './kind.ts';
import { onTrip } from './on-trip.ts';
import { selector } from './selector.ts';
import { needSubjects } from './subjects.ts';

/** A trigger remembers as many attempts for everything that repeats. */
export const REPEATS_MAX = 100_000;

export const Repeats = z
  .strictObject({
    ...selector,
    same: z.enum(['call', 'subject', 'route']).meta({
      description: 'What repeats: the same bytes, the same subject on a route, or just the same route.',
      examples: ['call'],
    }),
    count: z
      .int({ error: `a whole number from 2 to ${REPEATS_MAX}` })
      .min(2, { error: `a whole number from 2 to ${REPEATS_MAX}` })
      .max(REPEATS_MAX, { error: `a whole number from 2 to ${REPEATS_MAX}` })
      .meta({ description: 'Which repetition trips, refused attempts included.', examples: [500] }),
    within: Duration.meta({ description: 'The window they are counted in.', examples: ['60s'] }),
    onTrip: onTrip('kill'),
  })
  .meta({ description: 'A loop: the `count`th attempt at the same thing within the window.' });

export const runaway: RuleKind<z.infer<typeof Repeats>, RunawayRule> = {
  check({ same }, { concerned, path }, report) {
    if (same === 'subject') needSubjects(concerned, [...path, 'same'], '`same: subject`', report);
  },
  compile: ({ same, count, within, onTrip: trip }, { rule, routes }) => ({
    rule,
    routes,
    same,
    count,
    withinMs: durationMs(within),
    onTrip: trip,
  }),
};
