import { z } from 'zod';

/** Something that will be otherwise once the call is approved. */
export const Change = z.strictObject({
  /** `charge:ch_1`, `refunds-bot.budgets[0]`, `total moved by refunds-bot today` */
  what: z.string(),
  before: z.string(),
  after: z.string(),
  /** It makes up more than half of what is left, or leaves nothing. */
  weighs: z.boolean(),
});
export type Change = z.infer<typeof Change>;

/** A call that waits for a person, with what a person must know before saying yes. */
export const HoldView = z.strictObject({
  call: z.string(),
  agent: z.string(),
  task: z.string(),
  route: z.string(),
  effect: z.enum(['read', 'write', 'money', 'destructive']),
  upstream: z.string(),
  subject: z.string().nullable(),
  amount: z.string().nullable(),
  /** One sentence in money and subjects: `Refund 150.00 USD of charge:ch_1.` */
  sentence: z.string(),
  heldBy: z.array(
    z.strictObject({
      rule: z.string(),
      reason: z.string(),
      observed: z.string().nullable(),
      limit: z.string().nullable(),
    }),
  ),
  changes: z.array(Change),
  /** Exactly what is sent once it is approved. */
  request: z.strictObject({
    method: z.string(),
    target: z.string(),
    headers: z.record(z.string(), z.string()),
    /** The body, field by field, as a person reads it: form fields decoded, JSON by its paths. */
    fields: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    /** Of a body that no rule has read. */
    opaque: z.strictObject({ bytes: z.number().int(), sha256: z.string() }).nullable(),
  }),
  /** What the agent said about it; the newest first. */
  notes: z.array(z.strictObject({ at: z.string(), text: z.string() })),
  since: z.string(),
  expiresAt: z.string(),
  /** Approved or not, nothing is sent until somebody resumes its agent. */
  frozen: z.boolean(),
});
export type HoldView = z.infer<typeof HoldView>;
