import { z } from 'zod';
import { Overview } from './overview.ts';

/** One call, as it goes by. */
export const CallLine = z.strictObject({
  seq: z.number().int(),
  at: z.string(),
  call: z.string(),
  agent: z.string(),
  route: z.string(),
  effect: z.enum(['read', 'write', 'money', 'destructive']),
  subject: z.string().nullable(),
  amount: z.string().nullable(),
  verdict: z.enum(['allow', 'deny', 'hold', 'capture']),
  /** Of what was not let through: the rule and the reason that are named first. */
  rule: z.string().nullable(),
  reason: z.string().nullable(),
});
export type CallLine = z.infer<typeof CallLine>;

/** How a call that was shown ended. */
export const OutcomeLine = z.strictObject({
  call: z.string(),
  status: z.number().int().nullable(),
  failure: z.string().nullable(),
  durationMs: z.number(),
});
export type OutcomeLine = z.infer<typeof OutcomeLine>;

/** What `GET /v1/live` sends as server-sent events: the event's name, and its `data` as JSON. */
export const LIVE_EVENTS = {
  /** The whole first look: on connecting, once a second while anything changes, and at once after a freeze, a resume, a hold or a change of stage. */
  overview: Overview,
  /**
   * What came since the last one, four times a second at most. In a flood `calls` is a sample of `seen`: every verdict, agent
   * and route that occurred is in it at least once, up to {@link LINES_MAX}; the newest of each.
   */
  calls: z.strictObject({
    seen: z.number().int(),
    calls: z.array(CallLine),
    outcomes: z.array(OutcomeLine),
  }),
  /**
   * Every `BEAT_EVERY_MS`, whatever else is sent: an open connection is no proof that anybody is at its other end, and a
   * quiet door sends nothing else. A page that misses two says how old it is.
   */
  beat: z.strictObject({ at: z.string() }),
  /** The session ended, or the door closes: nothing more comes. */
  bye: z.strictObject({ why: z.enum(['signed_out', 'expired', 'closing', 'slow']) }),
} as const;
export type LiveEvents = { readonly [Name in keyof typeof LIVE_EVENTS]: z.infer<(typeof LIVE_EVENTS)[Name]> };

export const LINES_MAX = 60;
