import { z } from 'zod';
import { FORGOTTEN_AFTER_MS, type BackoffRule } from '../../engine/guards/backoff.ts';
import { durationMs } from '../checked.ts';
import { Duration } from '../schema/text.ts';
import type { RuleKind } from './kind.ts';
import { onTrip } from './on-trip.ts';
import { selector } from './selector.ts';

/** Nobody means to try the same thing more often. */
const ATTEMPTS_MAX = 100;
const ATTEMPTS_FORM = `a whole number from 1 to ${ATTEMPTS_MAX}`;
const FACTOR_MAX = 100;
const FACTOR_FORM = `a number from 1 to ${FACTOR_MAX}`;

export const Backoff = z
  .strictObject({
    ...selector,
    initial: Duration.default('1s').meta({ description: 'The wait after the first failure.', examples: ['1s'] }),
    factor: z
      .number({ error: FACTOR_FORM })
      .min(1, { error: FACTOR_FORM })
      .max(FACTOR_MAX, { error: FACTOR_FORM })
      .default(2)
      .meta({ description: 'How many times longer each further wait is.', examples: [2] }),
    max: Duration.default('5m').meta({
      description: 'No wait is longer, at most a day, unless the upstream asks for it (`Retry-After`, at most 1h).',
      examples: ['5m'],
    }),
    attempts: z
      .int({ error: ATTEMPTS_FORM })
      .min(1, { error: ATTEMPTS_FORM })
      .max(ATTEMPTS_MAX, { error: ATTEMPTS_FORM })
      .default(5)
      .meta({ description: 'How often the same call may fail in a row; then it is refused for a day.', examples: [5] }),
    onTrip: onTrip('deny'),
  })
  .meta({
    description: 'The same call after a failure: it waits, longer each time, and is tried so many times at most.',
  });

export const backoff: RuleKind<z.infer<typeof Backoff>, BackoffRule> = {
  check({ initial, max }, { path }, report) {
    if (durationMs(max) > FORGOTTEN_AFTER_MS) {
      const message = 'failures are forgotten after a day, so no wait is longer';
      report.error([...path, 'max'], { message, accepted: 'at most 1d' });
    }
    if (durationMs(initial) > durationMs(max)) {
      report.error([...path, 'initial'], `the first wait (${initial}) is longer than the longest (${max})`);
    }
  },
  compile: ({ initial, factor, max, attempts, onTrip: trip }, { rule, routes }) => ({
    rule,
    routes,
    initialMs: durationMs(initial),
    factor,
    maxMs: durationMs(max),
    attempts,
    onTrip: trip,
  }),
};
