import { z } from 'zod';
import { EFFECTS } from './route.ts';
import { Amount, count, CurrencyCode, Duration, Id } from './text.ts';

/** A rate is exact: it remembers as many instants as it allows calls. */
const RATE_MAX = 1_000_000;
/** A trigger remembers as many attempts for everything that repeats. */
const REPEATS_MAX = 100_000;
const INFLIGHT_MAX = 10_000;
const ITEMS_MAX = 1_000_000;

const onTrip = (fallback: 'deny' | 'freeze' | 'kill') =>
  z
    .enum(['deny', 'freeze', 'kill'])
    .default(fallback)
    .meta({
      description:
        'What crossing it does beyond refusing the call: nothing, freeze the agent, or freeze it and sever its calls.',
      examples: [fallback],
    });

/** Which routes a rule concerns: none of the three keys means every route of the agent. */
const selector = {
  route: Id.optional().meta({ description: 'The one route it concerns.', examples: ['create_refund'] }),
  routes: z
    .array(Id)
    .min(1, { error: 'at least one route' })
    .optional()
    .meta({ description: 'The routes it concerns, together.', examples: [['create_refund', 'create_payout']] }),
  effect: z
    .enum(EFFECTS)
    .optional()
    .meta({
      description:
        'Every route with this effect; `write` stands for all that are not `read`, money and destructive too.',
      examples: ['money'],
    }),
};

export const Rate = z
  .strictObject({
    ...selector,
    max: count(RATE_MAX).meta({ description: 'Most calls in any window.', examples: [100] }),
    per: Duration.meta({ description: 'The length of the window.', examples: ['1h'] }),
    onTrip: onTrip('deny'),
  })
  .meta({ description: 'Never more than `max` calls in any window of `per`, counted over its routes together.' });

const budget = {
  ...selector,
  max: Amount.meta({ description: 'Most money that may leave.', examples: ['500 USD'] }),
  per: z.union([z.literal('day'), Duration], { error: 'day, or a rolling window: 24h' }).meta({
    description: '`day` is a calendar day in `timezone`; a duration is a window that ends now.',
    examples: ['day', '24h'],
  }),
  timezone: z
    .string({ error: 'an IANA time zone: America/New_York' })
    .optional()
    .meta({
      description: 'IANA time zone of the calendar day. Needed with `per: day`.',
      examples: ['America/New_York'],
    }),
  onTrip: onTrip('freeze'),
};

export const SharedBudget = z
  .strictObject(budget)
  .meta({ description: 'One pot for all agents together: spent + held never exceeds it.' });

export const Budget = z
  .strictObject({
    ...budget,
    each: z
      .enum(['agent', 'task', 'grant'])
      .default('agent')
      .meta({ description: 'Who has a pot of their own.', examples: ['agent'] }),
  })
  .meta({ description: 'A pot of money: spent + held never exceeds it.' });

export const Once = z
  .strictObject({
    route: Id.meta({ description: 'The route that takes effect once.', examples: ['create_refund'] }),
    per: z
      .literal('subject')
      .meta({ description: "What it takes effect once for: the route's subject.", examples: ['subject'] }),
    within: Duration.optional().meta({ description: 'For how long. Absent: for ever.', examples: ['30d'] }),
  })
  .meta({ description: 'At most one effect per subject, counted over all agents.' });

export const Collar = z
  .strictObject({
    ...selector,
    min: Amount.optional().meta({ description: 'Smallest amount. Absent: anything above zero.', examples: ['1 USD'] }),
    max: Amount.optional().meta({ description: 'Largest amount of one call.', examples: ['200 USD'] }),
    currencies: z
      .array(CurrencyCode)
      .min(1, { error: 'at least one currency' })
      .optional()
      .meta({ description: 'Currencies that are allowed.', examples: [['USD', 'EUR']] }),
    items: count(ITEMS_MAX)
      .optional()
      .meta({ description: 'Most items of a bulk call.', examples: [10] }),
  })
  .meta({ description: 'Bounds on one call by itself.' });

const InflightRule = z
  .strictObject({ ...selector, max: count(INFLIGHT_MAX).meta({ description: 'Most calls at a time.', examples: [5] }) })
  .meta({ description: 'Most calls under way at a time.' });

export const Inflight = z.union([count(INFLIGHT_MAX), z.array(InflightRule)], {
  error: 'a number, or a list of { route, max }',
});

export const Trigger = z
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

export type SharedBudgetFile = z.infer<typeof SharedBudget>;

/** The keys that say which routes a rule concerns. */
export interface Selector {
  readonly route?: string | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly effect?: (typeof EFFECTS)[number] | undefined;
}
