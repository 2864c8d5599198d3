import { z } from 'zod';
import { CallLine } from './live.ts';
import { Shown } from './story.ts';

/** What `GET /v1/calls` takes; all of it narrows, nothing is required. Newest first. */
export const CallSearch = z.strictObject({
  agent: z
    .string()
    .optional()
    .meta({ description: 'Only of this agent.', examples: ['refunds-bot'] }),
  route: z
    .string()
    .optional()
    .meta({ description: 'Only of this route.', examples: ['create_refund'] }),
  verdict: z.enum(['allow', 'deny', 'hold', 'capture']).optional().meta({ description: 'Only with this verdict.' }),
  about: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({
      description: 'Any id that a call or its answer had: a call, a subject, a customer, a session, a task.',
      examples: ['charge:ch_2'],
    }),
  from: z.iso.datetime().optional().meta({ description: 'Only from then on.' }),
  to: z.iso.datetime().optional().meta({ description: 'Only until then.' }),
  before: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'Only records before this one: the `next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many to give.' }),
});
export type CallSearch = z.infer<typeof CallSearch>;

export const CallPage = z.strictObject({
  calls: z.array(CallLine.extend({ status: z.number().int().nullable(), failure: z.string().nullable() })),
  /** Ask again with `before` set to this; `null`: there is no more. */
  next: z.number().int().nullable(),
  /** Records that were looked at: a search that gave up says how far it got. */
  looked: z.strictObject({ records: z.number().int(), back: z.string().nullable(), all: z.boolean() }),
});
export type CallPage = z.infer<typeof CallPage>;

/**
 * What happened and why, as `interlock why` tells it: the story as text for people, `shown`, the same laid out for a page
 * (`control/why/shown.ts` makes it of what was told), and `told`, the same as data (`interlock why --json`).
 */
export const WhyView = z.strictObject({
  kind: z.enum(['call', 'account', 'choice', 'nothing']),
  asked: z.string(),
  text: z.string(),
  shown: Shown,
  told: z.unknown(),
});
export type WhyView = z.infer<typeof WhyView>;

/** A decision that somebody should look at. */
export const ReviewItem = z.strictObject({
  call: z.string(),
  at: z.string(),
  agent: z.string(),
  route: z.string(),
  stage: z.string(),
  subject: z.string().nullable(),
  amount: z.string().nullable(),
  verdict: z.enum(['allow', 'deny', 'hold', 'capture']),
  /** Why it needs a person whatever the draw says: `large_amount`, `repeated`, … */
  anomalies: z.array(z.string()),
  /** What the session did before and after it, a line each, and what the agent said. */
  story: z.array(z.string()),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const ReviewQueue = z.strictObject({
  agent: z.string().nullable(),
  /** Who reads: what they have judged already is not in it. */
  by: z.string(),
  chosen: z.number().int(),
  reviewed: z.number().int(),
  left: z.number().int(),
  items: z.array(ReviewItem),
});
export type ReviewQueue = z.infer<typeof ReviewQueue>;

/** What a gate said last of an agent and a stage. */
export const GateView = z.strictObject({
  agent: z.string(),
  to: z.string(),
  step: z.number().int().nullable(),
  verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
  at: z.string(),
  /** It speaks of the rules and the agent as they are now. */
  current: z.boolean(),
  lacking: z.array(
    z.strictObject({
      criterion: z.string(),
      class: z.string().nullable(),
      text: z.string(),
      daysLeft: z.number().nullable(),
    }),
  ),
});
export type GateView = z.infer<typeof GateView>;

/** What a candidate policy would have changed, as `interlock replay --keep` left it. */
export const ReplayView = z.strictObject({
  name: z.string(),
  at: z.string(),
  candidate: z.strictObject({ file: z.string(), digest: z.string() }),
  calls: z.number().int(),
  changes: z.array(
    z.strictObject({
      kind: z.string(),
      calls: z.number().int(),
      money: z.array(z.string()),
      certain: z.number().int(),
    }),
  ),
  unjudged: z.number().int(),
});
export type ReplayView = z.infer<typeof ReplayView>;

/** What was told to people, or is still to be. */
export const PageView = z.strictObject({
  page: z.string(),
  kind: z.string(),
  agent: z.string(),
  since: z.string(),
  /** The channels that have not got it, and how often each was tried. */
  waiting: z.record(z.string(), z.number().int()),
  /** The channels that it was given up for. */
  abandoned: z.array(z.string()),
});
export type PageView = z.infer<typeof PageView>;

/** A stop or a return to work, from the journal; the newest first. */
export const StopView = z.strictObject({
  seq: z.number().int(),
  at: z.string(),
  kind: z.enum(['freeze', 'assent', 'resume', 'standing']),
  agent: z.string(),
  by: z.string(),
  reason: z.string(),
  severed: z.number().int(),
});
export type StopView = z.infer<typeof StopView>;

export const StopPage = z.strictObject({
  stops: z.array(StopView),
  /** Agents that the look-up did not come to in its time: ask for one of them. */
  unseen: z.array(z.string()),
});
export type StopPage = z.infer<typeof StopPage>;
