import type { Instant } from '../std/clock.ts';
import type { Call } from './call.ts';
import type { Trip, Verdict } from './decision.ts';
import type { AgentId, CallId } from './ids.ts';

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
  | { readonly kind: 'decided'; readonly call: Call; readonly verdict: Verdict; readonly trips: readonly TripCause[] }
  /** An allowed call ended. */
  | { readonly kind: 'ended'; readonly call: CallId; readonly at: Instant; readonly effectiveness: Effectiveness }
  | { readonly kind: 'frozen'; readonly freeze: Freeze }
  | { readonly kind: 'resumed'; readonly agent: AgentId; readonly at: Instant };

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
