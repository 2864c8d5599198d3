import type { Stage } from '../engine/call.ts';
import type { AgentId } from '../engine/ids.ts';
import type { Instant } from '../std/clock.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'urn:interlock:promotion:v1';
/** What a DSSE envelope says its payload is. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** An in-toto statement that an agent has shown what a stage demands: what the gate signs and the door demands. */
export interface PromotionStatement {
  readonly _type: typeof STATEMENT_TYPE;
  /** The agent (by the digest of its identity) and the policy (by its own). */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Promotion;
}

export interface Promotion {
  readonly agent: AgentId;
  readonly identity: {
    readonly digest: string;
    readonly version?: string;
    readonly model?: string;
    readonly prompt?: string;
  };
  readonly policy: { readonly digest: string; readonly rules: string; readonly file: string };
  readonly environment: string;
  readonly from: Stage;
  readonly stage: Stage;
  /** The step of the ramp, from 1; `null`: the stage has no ramp. */
  readonly step: number | null;
  /** What lies open at that step, in words: `create_refund: 1% of body.customer`. */
  readonly segment: readonly string[];
  /** The last record of the evidence's journal: the door's own must have it. */
  readonly journal: { readonly seq: number; readonly hash: string; readonly at: Instant; readonly log: string | null };
  readonly evidence: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly criteria: readonly {
    readonly id: string;
    readonly class: string | null;
    readonly required: string;
    readonly observed: string;
  }[];
  readonly engine: { readonly version: string; readonly decisions: string };
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** Nobody can guess it; no two promotions share it. */
  readonly id: string;
  readonly approvals: readonly { readonly by: string; readonly reason: string }[];
  /** What the agent was like when it was promoted, for whoever watches whether it still is. */
  readonly baseline: PromotionBaseline;
}

/** Over the window of evidence. */
export interface PromotionBaseline {
  /** What its sessions did, at most {@link BASELINE_SESSIONS_MAX} of them. */
  readonly sessions: readonly SessionMix[];
  /** Calls that reached an upstream, and those that failed there. */
  readonly sent: number;
  readonly failed: number;
}

/** Sessions that did the same. Calls of one session hang together, so that a mix is of each session and not of all calls. */
export interface SessionMix {
  /** Calls by what they were (`deedOf` in `src/gate/deed.ts`), all of the agent's own: `create_refund passed` → 2. */
  readonly mix: Readonly<Record<string, number>>;
  /** How many sessions. */
  readonly times: number;
}

/** More make the baseline hardly surer, and a promotion is a text that people keep. */
export const BASELINE_SESSIONS_MAX = 1_000;
