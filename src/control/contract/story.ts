import { z } from 'zod';
import { Field } from './holds.ts';

/**
 * What happened and why, laid out to be read: the same as `interlock why --html` shows. Texts are an agent's, a customer's or a
 * business's own; personal data stands sealed.
 */

/** One thing that happened. */
export const Moment = z.strictObject({
  at: z.string(),
  kind: z.enum([
    'read',
    'write',
    'unknown',
    'denied',
    'held',
    'captured',
    'note',
    'approved',
    'refused',
    'answer',
    'stop',
    'page',
    'resume',
    'stage',
  ]),
  who: z.string(),
  what: z.string(),
  more: z.string().nullable(),
  call: z.string().nullable(),
  /** The call that the story is about. */
  main: z.boolean(),
  /** Values of that call which this gave; `careful`: it stood only within a text. */
  gave: z.array(z.strictObject({ name: z.string(), careful: z.boolean() })),
});
export type Moment = z.infer<typeof Moment>;

/** One write in a ledger. */
export const LedgerLine = z.strictObject({
  call: z.string(),
  at: z.string(),
  agent: z.string(),
  what: z.string(),
  came: z.enum(['done', 'failed', 'unknown', 'denied', 'held', 'captured']),
  /** What came of it, in words. */
  outcome: z.string(),
  became: z.string().nullable(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;

export const LedgerView = z.strictObject({
  name: z.string(),
  lines: z.array(LedgerLine),
  omitted: z.number().int(),
  reads: z.number().int(),
  /** `create_refund: 150.00 USD took effect, in 1 call.` */
  totals: z.array(z.string()),
});
export type LedgerView = z.infer<typeof LedgerView>;

export const CallShown = z.strictObject({
  kind: z.literal('call'),
  call: z.string(),
  at: z.string(),
  agent: z.string(),
  stage: z.string(),
  route: z.string(),
  subject: z.string().nullable(),
  amount: z.string().nullable(),
  verdict: z.enum(['allow', 'deny', 'hold', 'capture']),
  summary: z.array(z.string()),
  moments: z.array(Moment),
  omitted: z.strictObject({ before: z.number().int(), after: z.number().int() }),
  values: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string(),
      from: z.string(),
      careful: z.boolean(),
      call: z.string().nullable(),
    }),
  ),
  findings: z.array(
    z.strictObject({
      guard: z.string(),
      rule: z.string(),
      verdict: z.enum(['pass', 'deny', 'hold', 'capture']),
      words: z.string(),
      hint: z.string().nullable(),
    }),
  ),
  policy: z.strictObject({
    digest: z.string().nullable(),
    file: z.string().nullable(),
    since: z.string().nullable(),
    rules: z.array(
      z.strictObject({ rule: z.string(), file: z.string(), line: z.number().int(), lines: z.array(z.string()) }),
    ),
  }),
  sent: z.strictObject({
    how: z.enum(['sent', 'captured', 'not_sent']),
    upstream: z.string(),
    method: z.string(),
    target: z.string(),
    headers: z.record(z.string(), z.string()),
    fields: z.array(Field),
    opaque: z.strictObject({ bytes: z.number().int(), sha256: z.string() }).nullable(),
  }),
  answer: z
    .strictObject({
      status: z.number().int().nullable(),
      failure: z.string().nullable(),
      origin: z.enum(['real', 'overlay', 'synthetic', 'recorded']),
      durationMs: z.number(),
      fields: z.array(Field),
      bytes: z.number().int(),
    })
    .nullable(),
  /** Task, session, grants: a name and what there is to say. */
  who: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  assessments: z.array(z.strictObject({ at: z.string(), opinion: z.string(), by: z.string(), reason: z.string() })),
  ledger: LedgerView.nullable(),
  gaps: z.array(z.string()),
});
export type CallShown = z.infer<typeof CallShown>;

export const AccountShown = z.strictObject({
  kind: z.literal('account'),
  role: z.string(),
  name: z.string(),
  summary: z.array(z.string()),
  ledger: LedgerView,
  /** What it noted, when it was stopped, where it stood. */
  moments: z.array(Moment),
  stories: z.array(z.strictObject({ call: z.string(), summary: z.array(z.string()) })),
  untold: z.number().int(),
  gaps: z.array(z.string()),
});
export type AccountShown = z.infer<typeof AccountShown>;

export const ChoiceShown = z.strictObject({
  kind: z.literal('choice'),
  candidates: z.array(
    z.strictObject({
      role: z.string(),
      name: z.string(),
      agent: z.string().nullable(),
      ask: z.string(),
      mentions: z.number().int(),
    }),
  ),
});
export type ChoiceShown = z.infer<typeof ChoiceShown>;

export const NothingShown = z.strictObject({
  kind: z.literal('nothing'),
  records: z.number().int(),
  nearest: z.array(z.string()),
  /** It said what kind of thing it asks for, and there is no such one. */
  misnamed: z.string().nullable(),
});
export type NothingShown = z.infer<typeof NothingShown>;

export const Shown = z.discriminatedUnion('kind', [CallShown, AccountShown, ChoiceShown, NothingShown]);
export type Shown = z.infer<typeof Shown>;
