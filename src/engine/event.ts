import type { Instant } from '../std/clock.ts';
import type { Call } from './call.ts';
import type { Trip, Verdict } from './decision.ts';
import type { AgentId, CallId, RuleId } from './ids.ts';
import type { Claim } from './standings.ts';

/**
 * How a dispatched call ended, as far as its effect is concerned.
 * - `effective`: the upstream confirmed it (2xx, 3xx): what was reserved is spent.
 * - `ineffective`: it surely changed nothing (never sent, or refused with a 4xx): what was reserved is released.
 * - `unknown`: nobody saw the outcome (hang, reset, 5xx, crash): counted as spent (I3).
 */
export type Effectiveness = 'effective' | 'ineffective' | 'unknown';

/** What changes the engine's state. The journal holds exactly these; folding them is the only way to a state. */
export type Event =
  /** A call was decided. On `allow` its reservations now stand. `trips`: what the decision did to its agent. */
  | {
      readonly kind: 'decided';
      readonly call: Call;
      readonly verdict: Verdict;
      readonly trips: readonly TripCause[];
      /** What a human has to approve; only with the verdict `hold`. */
      readonly hold?: HoldTerms;
      /** The held call whose approval was used up. */
      readonly approval?: CallId;
    }
  /** A call that was allowed or captured ended. `answer` is absent where nobody saw one (a crash). */
  | {
      readonly kind: 'ended';
      readonly call: CallId;
      readonly at: Instant;
      readonly effectiveness: Effectiveness;
      readonly answer?: AnswerFacts;
    }
  /** A human approved or refused a held call. */
  | {
      readonly kind: 'reviewed';
      /** The call that was held. */
      readonly call: CallId;
      readonly at: Instant;
      readonly approved: boolean;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'frozen'; readonly freeze: Freeze }
  /** The first of two people said that a frozen agent may work again. */
  | {
      readonly kind: 'assented';
      readonly agent: AgentId;
      readonly at: Instant;
      readonly by: string;
      /** When the freeze began. */
      readonly freeze: Instant;
      /** They have shown that it is them; absent: the name is what somebody said. */
      readonly proven?: true;
    }
  | { readonly kind: 'resumed'; readonly agent: AgentId; readonly at: Instant }
  /** What an agent may claim from here on, in place of what it could before. */
  | {
      readonly kind: 'stood';
      readonly agent: AgentId;
      readonly at: Instant;
      /** The digest of the policy that the claims are of: under another they are none. */
      readonly policy: string;
      readonly claims: readonly Claim[];
      /** It was demoted: what was shown before this counts no more. */
      readonly fell?: true;
      /** The promotion that somebody took back. */
      readonly revoked?: string;
    };

/** What an answer told, reduced to what rules depend on. */
export interface AnswerFacts {
  /** `null` where no status arrived. */
  readonly status: number | null;
  /** From sending to the head of the answer; `null` where none arrived. */
  readonly latencyMs: number | null;
  /** How long the upstream asks to wait (`Retry-After`, RFC 9110 §10.2.3). */
  readonly retryAfterMs: number | null;
  readonly etag: string | null;
  /** Where the answer departs from its OpenAPI response; empty: nowhere; `null`: not checked. */
  readonly contract: readonly string[] | null;
  /** Present where the answer broke off before its end. */
  readonly cut?: true;
  /** Present where captured writes made it: all of it, asking no upstream, or a part of what the upstream gave. */
  readonly made?: 'whole' | 'part';
  /** The values that later calls may rest on, by source: `get_vendor body.account`. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Partial Content: a part that the client chose (RFC 9110 §15.3.7). */
const PARTIAL = 206;

/** Whether whoever asked has seen what there is: a success, whole. An error page, a part or a torso tells nothing. */
export function tellsAll({ status, cut }: AnswerFacts): boolean {
  return cut === undefined && status !== null && status >= 200 && status < 300 && status !== PARTIAL;
}

/** What a hold asks of a human. */
export interface HoldTerms {
  /** The rules that held the call: an approval covers these and no others. */
  readonly rules: readonly RuleId[];
  readonly expiresAt: Instant;
  /** Once approved the call would be captured, and not sent: what a human says of that is no word on a real write. */
  readonly isCapture?: true;
}

export interface TripCause {
  readonly trip: Trip;
  readonly guard: string;
  readonly rule: string;
  readonly reason: string;
}

/** An agent is stopped until a human resumes it. */
export interface Freeze {
  readonly agent: AgentId;
  readonly at: Instant;
  readonly trip: Trip;
  /** `human:NAME`, `agent` (of its own accord) or `guard:RULE`. */
  readonly by: string;
  readonly reason: string;
}
