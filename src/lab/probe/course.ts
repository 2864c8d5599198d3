import type { Instant } from '../../std/clock.ts';
import type { Fault } from '../world/faults.ts';

/** A request as an agent writes it. */
export interface ProbeRequest {
  readonly upstream: string;
  readonly method: string;
  /** Path and query, without the upstream's prefix: `/v1/refunds`. */
  readonly target: string;
  /** Names in lower case; no credential, host or framing among them. Absent: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** As sent. Absent: none. */
  readonly body?: string;
}

/** A token, and what a human made it for. */
export interface ProbeGrant {
  readonly name: string;
  readonly agent: string;
  readonly task: string;
  /** What was declared for its task, by name: `payee` → `acct_1`. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** One thing that happens in a run of the probe. Plain data, so that a run can be kept and acted out again. */
export type Step =
  /** An agent calls, and hears its answer before the next step unless `lastsMs` says that it takes its time. */
  | {
      readonly kind: 'call';
      /** The name of a grant of the course. */
      readonly grant: string;
      /** The run that the agent says it belongs to; absent: the grant is its own session. */
      readonly session?: string;
      readonly request: ProbeRequest;
      /** What goes wrong with it at the business, if it gets there. */
      readonly fault?: Fault;
      /**
       * From the business's deed, which is done at once, to its answer, which the door hears only when so much time has
       * passed. Until then the call is under way. Absent: 0.
       */
      readonly lastsMs?: number;
    }
  /** Time passes; what is due meanwhile arrives. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The door dies on the spot and starts again from its journal; outcomes that were not recorded are lost. */
  | { readonly kind: 'restart' }
  /** Somebody else does something at the business, by another way than the door. */
  | { readonly kind: 'outside'; readonly request: ProbeRequest }
  /** A human lets the agent's oldest held call through, once. */
  | { readonly kind: 'approve'; readonly agent: string };

/** A whole run, from the businesses as they were to the last step. */
export interface Course {
  readonly startsAt: Instant;
  readonly grants: readonly ProbeGrant[];
  readonly steps: readonly Step[];
}
