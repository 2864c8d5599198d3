import { z } from 'zod';
import { count, Duration, Id, text } from './text.ts';

const CALLS_MAX = 1_000_000_000;
const DAYS_MAX = 3_650;

const Instant = text(
  'a date and time in UTC: 2026-11-01T00:00:00.000Z',
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/,
);

const RouteBaseline = z
  .strictObject({
    calls: count(CALLS_MAX).meta({ description: 'Calls that were admitted.', examples: [812] }),
    days: count(DAYS_MAX).meta({ description: 'Days (UTC) with at least one of them.', examples: [14] }),
    perHour: count(CALLS_MAX).meta({
      description: 'The 95th percentile of calls per hour, over the hours with any.',
      examples: [9],
    }),
    perDay: count(CALLS_MAX).meta({
      description: 'The 95th percentile of calls per day, over the days with any.',
      examples: [60],
    }),
    failed: z
      .int({ error: 'a whole number from 0' })
      .min(0, { error: 'a whole number from 0' })
      .max(CALLS_MAX)
      .meta({
        description: 'How many of the calls were refused by the business, failed, or were never answered.',
        examples: [10],
      }),
    latency: Duration.optional().meta({
      description: 'The 95th percentile from sending to the head of the answer. Absent: nothing was answered.',
      examples: ['840ms'],
    }),
  })
  .meta({ description: 'What an agent was seen to do on one route.' });

const Learned = z
  .strictObject({
    from: Instant.meta({ description: 'The first call that it rests on.', examples: ['2026-11-01T08:00:00.000Z'] }),
    to: Instant.meta({ description: 'The last.', examples: ['2026-11-15T08:00:00.000Z'] }),
    policy: z
      .array(text('a policy digest: 64 hex digits', /^[0-9a-f]{64}$/))
      .min(1)
      .meta({ description: 'The policies that were in force meanwhile, by digest.', examples: [['0'.repeat(64)]] }),
    calls: count(CALLS_MAX).meta({ description: 'Calls that were admitted, on all routes.', examples: [1200] }),
  })
  .meta({ description: 'What it was learned from.' });

const Baseline = z
  .strictObject({
    learned: Learned,
    routes: z.record(Id, RouteBaseline).meta({ description: 'By route.' }),
  })
  .meta({ description: 'What one agent was seen to do.' });

export const Baselines = z.record(Id, Baseline).meta({
  description: 'What agents usually do, by name: written by `interlock baseline`, and what `3x baseline` multiplies.',
});

export type BaselineFile = z.infer<typeof Baseline>;
export type RouteBaselineFile = z.infer<typeof RouteBaseline>;
