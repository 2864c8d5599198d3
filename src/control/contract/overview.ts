import { z } from 'zod';

/** Times are ISO 8601 in UTC, amounts are `350.00 USD`, spans are whole milliseconds. */
const Instant = z.string();

export const STAGES = ['sandbox', 'staging', 'shadow', 'limited', 'production'] as const;

/** How full one limit of an agent is, and for how long it lasts at the present pace. */
export const Gauge = z.strictObject({
  guard: z.string(),
  rule: z.string(),
  /** The routes it counts; `null`: all of the agent's. */
  routes: z.array(z.string()).nullable(),
  unit: z.enum(['money', 'calls', 'other']),
  limit: z.string(),
  used: z.string(),
  remaining: z.string(),
  /** Used of the limit, 0 to 1; above 1 where what nobody saw the outcome of was more than was left. */
  share: z.number(),
  windowMs: z.number().int(),
  /** When something counted leaves the window next. */
  freesAt: Instant.nullable(),
  /** How fast it fills, over the last minutes: `12.50 USD`, `3`. `null`: it does not, or nobody has looked long enough. */
  perMinute: z.string().nullable(),
  /** When it will be used up at that pace, from now; `null`: not before it frees. */
  emptyInMs: z.number().int().nullable(),
  note: z.string().optional(),
});
export type Gauge = z.infer<typeof Gauge>;

export const FreezeView = z.strictObject({
  at: Instant,
  /** `kill` severed what was in flight. */
  trip: z.enum(['freeze', 'kill']),
  /** `human:ann`, `guard:refunds-bot.budgets[0]`, `agent` */
  by: z.string(),
  reason: z.string(),
  /** How many people must resume it. */
  people: z.union([z.literal(1), z.literal(2)]),
  /** The first of two has said that it may work again, and until when a second may say so. */
  assent: z.strictObject({ by: z.string(), until: Instant }).nullable(),
});
export type FreezeView = z.infer<typeof FreezeView>;

/** Since the door started, and now. */
export const Traffic = z.strictObject({
  /** Calls per second over the last ten seconds. */
  perSecond: z.number(),
  calls: z.number().int(),
  allowed: z.number().int(),
  denied: z.number().int(),
  held: z.number().int(),
  captured: z.number().int(),
  /** Answers of 500 and above, or none. */
  failed: z.number().int(),
});
export type Traffic = z.infer<typeof Traffic>;

export const AgentView = z.strictObject({
  agent: z.string(),
  stage: z.enum(STAGES),
  /** Of a ramp: which step, from 1. */
  step: z.number().int().nullable(),
  /** Of an agent that needs a promotion; `null`: its policy names its stage outright. */
  standing: z
    .strictObject({
      mayBe: z.enum(STAGES),
      unproven: z.enum(STAGES),
      /** `promotion`, `glass`, `none`, … */
      ground: z.string(),
      id: z.string().nullable(),
      until: Instant.nullable(),
    })
    .nullable(),
  frozen: FreezeView.nullable(),
  gauges: z.array(Gauge),
  /** Admitted and not ended. */
  inFlight: z.number().int(),
  /** Calls that wait for a person. */
  waiting: z.number().int(),
  traffic: Traffic,
  lastCallAt: Instant.nullable(),
});
export type AgentView = z.infer<typeof AgentView>;

/** Everything that the first look at 3 AM needs, in one answer. */
export const Overview = z.strictObject({
  at: Instant,
  environment: z.string(),
  /** `serve --mock`: nothing real is behind the door, and whoever looks is told so. */
  mocked: z.boolean(),
  policy: z.strictObject({ digest: z.string(), file: z.string() }),
  startedAt: Instant,
  journal: z.strictObject({ seq: z.number().int(), disk: z.enum(['ok', 'full']), diskSince: Instant.nullable() }),
  pages: z.strictObject({ waiting: z.number().int(), abandoned: z.number().int() }),
  waiting: z.number().int(),
  frozen: z.number().int(),
  traffic: Traffic,
  agents: z.array(AgentView),
});
export type Overview = z.infer<typeof Overview>;
