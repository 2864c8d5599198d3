import { z } from 'zod';
import { STAGES } from './overview.ts';

/** What may happen at most; see `interlock check`. */
export const RadiusView = z.strictObject({
  agent: z.string(),
  stage: z.enum(STAGES),
  /** `500.00 USD`; `unbounded USD` where no rule bounds it. */
  moneyPerDay: z.array(z.string()),
  callsPerHour: z.array(z.strictObject({ effect: z.string(), calls: z.number().nullable() })),
  pii: z.array(z.string()),
  destructive: z.array(z.string()),
  writes: z.array(z.string()),
});
export type RadiusView = z.infer<typeof RadiusView>;

export const PolicyView = z.strictObject({
  digest: z.string(),
  file: z.string(),
  since: z.string(),
  text: z.string(),
  includes: z.record(z.string(), z.string()),
  agents: z.array(RadiusView),
  /** All agents together. */
  total: RadiusView.omit({ agent: true, stage: true }),
});
export type PolicyView = z.infer<typeof PolicyView>;

/** Where a rule stands in the policy in force: its id is what findings name. */
export const RulePlace = z
  .strictObject({
    rule: z.string(),
    file: z.string(),
    /** From 1. */
    line: z.number().int(),
    /** That line, and those that belong to it. */
    lines: z.array(z.string()),
  })
  .meta({ id: 'RulePlace' });
export type RulePlace = z.infer<typeof RulePlace>;

/** What loading a policy does to one agent. */
export const AgentReload = z.strictObject({
  agent: z.string(),
  did: z.enum(['same', 'narrower', 'wider', 'added', 'removed']),
  /** In words: `money per day: 500.00 USD → 800.00 USD`. */
  changes: z.array(z.string()),
  stage: z.strictObject({ before: z.enum(STAGES).nullable(), after: z.enum(STAGES).nullable() }),
});
export type AgentReload = z.infer<typeof AgentReload>;

/** `POST /v1/policy/reload`: the file that `serve` was given, read again. With `dry`, nothing changes. */
export const ReloadAnswer = z.strictObject({
  /** Whether it is in force now (of `dry`: whether it would be). */
  loaded: z.boolean(),
  before: z.string(),
  /** `null`: the file has faults, which `refused` names with file, line and column. */
  after: z.string().nullable(),
  agents: z.array(AgentReload),
  /** Why it is not loaded, each with the next step; empty where it is. */
  refused: z.array(z.string()),
  tookMs: z.number().int(),
  /** How long no call could be judged. */
  pausedMs: z.number(),
});
export type ReloadAnswer = z.infer<typeof ReloadAnswer>;
