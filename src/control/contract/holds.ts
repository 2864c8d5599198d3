import { z } from 'zod';

/** Whether a person can still say something of a held call, and what one has said. */
export const HOLD_STATES = ['pending', 'approved', 'refused', 'used', 'expired'] as const;

/** A person's word on a held call. */
export const HoldReview = z.strictObject({
  approved: z.boolean(),
  by: z.string(),
  reason: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type HoldReview = z.infer<typeof HoldReview>;

/** A call that waits for a person, in a list. */
export const HoldRow = z.strictObject({
  call: z.string(),
  agent: z.string(),
  route: z.string(),
  effect: z.enum(['read', 'write', 'money', 'destructive']),
  subject: z.string().nullable(),
  amount: z.string().nullable(),
  /** One sentence in money and subjects: `Create a refund of 150.00 USD for charge ch_1.` */
  sentence: z.string(),
  rules: z.array(z.string()),
  since: z.string(),
  expiresAt: z.string(),
  /** Approved or not, nothing is sent until somebody resumes its agent. */
  frozen: z.boolean(),
});
export type HoldRow = z.infer<typeof HoldRow>;

/** Something that will be otherwise once the call is approved and sent. */
export const Change = z.strictObject({
  kind: z.enum(['limit', 'once', 'subject', 'agent']),
  /** `refunds-bot.budgets[0]`, `charge ch_1`, `refunds-bot since 00:00 UTC` */
  what: z.string(),
  before: z.string(),
  after: z.string(),
  /** It makes up more than half of what is left, leaves nothing, or cannot be done again. */
  weighs: z.boolean(),
});
export type Change = z.infer<typeof Change>;

/** Why a yes alone would not do, were the agent to send the call again now. */
export const Obstacle = z.strictObject({
  rule: z.string(),
  reason: z.string(),
  /** `what it had read of it was too old (read 412 s ago; the limit is read within 60s)` */
  text: z.string(),
  /**
   * Who can lift it: `person` (resume it, approve what another rule asks), `agent` (it can read again, and mostly does), `time`,
   * or `nobody`.
   */
  lifts: z.enum(['person', 'agent', 'time', 'nobody']),
  /** Of `time`: from when on. */
  at: z.string().nullable(),
});
export type Obstacle = z.infer<typeof Obstacle>;

/** One value of a request or an answer, as a person reads it: form fields decoded, JSON by its paths. */
export const Field = z.strictObject({ name: z.string(), value: z.string() });
export type Field = z.infer<typeof Field>;

/** A held call, with what a person must know before saying yes. */
export const HoldView = HoldRow.extend({
  state: z.enum(HOLD_STATES),
  /** What somebody has said already: of two who race, the second sees what the first did. */
  review: HoldReview.nullable(),
  /** The call that an approval was used up by. */
  usedBy: z.string().nullable(),
  task: z.string(),
  session: z.string(),
  upstream: z.string(),
  heldBy: z.array(
    z.strictObject({
      rule: z.string(),
      reason: z.string(),
      text: z.string(),
      observed: z.string().nullable(),
      limit: z.string().nullable(),
    }),
  ),
  /**
   * What comes of it if it is approved now and sent again now. `captured`: its agent is in shadow, nothing is sent.
   * `null`: it is settled.
   */
  leadsTo: z.enum(['sent', 'captured', 'refused']).nullable(),
  obstacles: z.array(Obstacle),
  changes: z.array(Change),
  /** The last answer about its subject that its session was given; `null`: none in this session. */
  seen: z
    .strictObject({
      call: z.string(),
      request: z.string(),
      at: z.string(),
      status: z.number().int().nullable(),
      fields: z.array(Field),
      /** Fields of the answer that are not shown. */
      more: z.number().int(),
    })
    .nullable(),
  /** What was done to its subject before, by anybody, through this door; a line each, the newest first. */
  earlier: z.array(z.strictObject({ call: z.string(), at: z.string(), text: z.string() })),
  /** Exactly what is sent once it is approved; personal data stands sealed. */
  request: z.strictObject({
    method: z.string(),
    target: z.string(),
    headers: z.record(z.string(), z.string()),
    fields: z.array(Field),
    /** Of a body that no rule has read. */
    opaque: z.strictObject({ bytes: z.number().int(), sha256: z.string() }).nullable(),
  }),
  /** What the agent said about it; the newest first. */
  notes: z.array(z.strictObject({ at: z.string(), text: z.string() })),
});
export type HoldView = z.infer<typeof HoldView>;
