import type { Instant } from '../std/clock.ts';
import type { Call, Effect, Stage } from '../engine/call.ts';
import type { Finding, Verdict } from '../engine/decision.ts';
import type { Effectiveness, TripCause } from '../engine/event.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../engine/ids.ts';
import type { Trip } from '../engine/decision.ts';

/**
 * What one line of the journal says, by `kind`. The writer adds `seq` (from 1, no gaps) in front and `hash` at the end.
 * Every field is JSON as it stands; amounts are strings of micro-units.
 */
export type Entry =
  | RecoveryEntry
  | PolicyEntry
  | GrantEntry
  | RevokeEntry
  | CallEntry
  | RefusalEntry
  | OutcomeEntry
  | FreezeEntry
  | ResumeEntry
  | NoteEntry;

/** An entry as it stands in the journal. */
export type Recorded<E extends Entry = Entry> = E & { readonly seq: number; readonly hash: string };

/** A writer took the journal. Whatever was open is unknown from here on and stays counted as spent (I3). */
export interface RecoveryEntry {
  readonly kind: 'recovery';
  readonly at: Instant;
  /** The fencing epoch: one more than the last writer's. */
  readonly epoch: number;
  readonly unknown: readonly CallId[];
  /** A torn tail that was moved aside, and how much of it. */
  readonly quarantined?: { readonly file: string; readonly bytes: number };
  /** Those of earlier starts that crashed before they could record them; oldest first. */
  readonly quarantinedBefore?: readonly { readonly file: string; readonly bytes: number }[];
}

/** The policy that decides from here on, whole, so that the journal can be decided again without any other file. */
export interface PolicyEntry {
  readonly kind: 'policy';
  readonly at: Instant;
  readonly digest: string;
  readonly file: string;
  readonly text: string;
}

export interface GrantEntry {
  readonly kind: 'grant';
  readonly at: Instant;
  readonly grant: GrantId;
  /** SHA-256 (hex) of the token. The token itself is shown once and kept nowhere. */
  readonly tokenHash: string;
  readonly agent: AgentId;
  readonly task: string;
  readonly environment: string;
  /** `null`: every route its agent has. */
  readonly routes: readonly RouteId[] | null;
  readonly expiresAt: Instant;
  /** The grant this one was narrowed from. */
  readonly parent: GrantId | null;
  readonly by: string;
}

export interface RevokeEntry {
  readonly kind: 'revoke';
  readonly at: Instant;
  readonly grant: GrantId;
  readonly by: string;
}

/** A call and what was decided of it: the intent. Durable before any write is sent (I1). */
export interface CallEntry {
  readonly kind: 'call';
  readonly at: Instant;
  readonly call: CallId;
  readonly agent: AgentId;
  readonly grant: GrantId;
  readonly task: string;
  readonly session: string;
  readonly stage: Stage;
  readonly route: RouteId;
  readonly effect: Effect;
  readonly upstream: string;
  readonly method: string;
  /** Path and query as judged and sent, without the upstream's prefix. */
  readonly target: string;
  /** The headers that were judged and sent, without credentials; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text; bytes that are not UTF-8 never get this far. */
  readonly body: string | null;
  readonly facts: FactsJson;
  readonly verdict: Verdict;
  /** Rules that passed are named alone; every other finding is whole. */
  readonly findings: readonly (string | Finding)[];
  readonly trips: readonly TripCause[];
}

export interface FactsJson {
  readonly subject: string | null;
  /** `{ micros, currency }`, `{ fault }`, or `null` where the route moves no money. */
  readonly amount: { readonly micros: string; readonly currency: string } | { readonly fault: string } | null;
  readonly items: number | null;
  readonly fingerprint: string;
  readonly granted: boolean;
  readonly conditions: Call['conditions'];
}

/** A request that never became a call: unreadable, unauthenticated, or ambiguous. */
export interface RefusalEntry {
  readonly kind: 'refusal';
  readonly at: Instant;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly agent: AgentId | null;
  readonly grant: GrantId | null;
  readonly method: string | null;
  readonly target: string | null;
}

export interface OutcomeEntry {
  readonly kind: 'outcome';
  readonly at: Instant;
  readonly call: CallId;
  readonly effectiveness: Effectiveness;
  /** What the upstream answered; `null` where no status arrived. */
  readonly status: number | null;
  /** Why there is no whole answer: `refused`, `reset`, `timeout`, `killed`, `client_gone`, `not_sent`, … */
  readonly failure: string | null;
  readonly durationMs: number;
  readonly contentType: string | null;
  /** The start of the answer's text, at most {@link ANSWER_KEPT_BYTES}. */
  readonly answer: string | null;
  readonly answerBytes: number;
}

export interface FreezeEntry {
  readonly kind: 'freeze';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly trip: Trip;
  readonly by: string;
  readonly reason: string;
  /** The call whose trip caused it. */
  readonly call: CallId | null;
  /** In-flight calls that it severed. */
  readonly severed: readonly CallId[];
}

export interface ResumeEntry {
  readonly kind: 'resume';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly by: string;
  readonly reason: string;
}

/** What an agent says it decided, and why. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly at: Instant;
  readonly agent: AgentId;
  readonly grant: GrantId;
  readonly session: string;
  readonly call: CallId | null;
  readonly text: string;
}

/** Enough of an answer to tell what happened; the rest is counted, not kept. */
export const ANSWER_KEPT_BYTES = 16_384;
