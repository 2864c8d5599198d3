import type { Instant } from '../std/clock.ts';
import type { CallId, RouteId, RuleId } from './ids.ts';

/** `hold` (a human must approve) and `capture` (shadow) are answers too; only `allow` reaches an upstream. */
export type Verdict = 'allow' | 'deny' | 'hold' | 'capture';

/** Whether the agent gets its way, as far as it can tell: the call is sent, or captured as if it had been. */
export function isAdmitted(verdict: Verdict): verdict is 'allow' | 'capture' {
  return verdict === 'allow' || verdict === 'capture';
}

/** When repeating the same call could succeed: never, after `retryAt`, or once something else has changed. */
export type Retryable = 'never' | 'after' | 'if-changed';

/** What one rule of one guard found. */
export interface Finding {
  readonly guard: string;
  readonly rule: RuleId;
  readonly verdict: 'pass' | 'deny' | 'hold' | 'capture';
  /** A stable code in snake case, `budget_exceeded`; `ok` on a pass. */
  readonly reason: string;
  readonly observed?: string;
  readonly limit?: string;
  readonly retryable?: Retryable;
  /** The earliest time the same call could pass; only with `retryable: after`. */
  readonly retryAt?: Instant;
  /** One sentence that a model can act on. */
  readonly hint?: string;
  /** What crossing this threshold does to the agent, beyond denying the call. */
  readonly trip?: Trip;
  /** The earlier call this one repeats. */
  readonly earlier?: CallId;
  /** What would let the agent reach its aim another way, for a machine to follow. */
  readonly remedy?: Remedy;
  /** Only of a hold: when it lapses unless a human approves it first. */
  readonly expiresAt?: Instant;
}

/** One step that a well-meant agent can take instead. Waiting needs none: `retryAt` says it. */
export type Remedy =
  /** Read the same subject by this route first. */
  | { readonly kind: 'read'; readonly route: RouteId }
  /** Send an amount within these bounds: `0.50 USD`. */
  | {
      readonly kind: 'amount';
      readonly atLeast?: string;
      readonly atMost?: string;
      readonly currencies?: readonly string[];
    }
  /** Split a bulk call into ones of at most so many items. */
  | { readonly kind: 'items'; readonly atMost: number }
  /** Correct these fields: `body.amount: must be integer`. */
  | { readonly kind: 'fields'; readonly faults: readonly string[] }
  /** Use a value for this field that came from one of these routes' answers, or that the task declares. */
  | { readonly kind: 'value'; readonly field: string; readonly routes: readonly RouteId[] };

/** `freeze` lets calls already admitted finish; `kill` severs them too. Both last until a human resumes the agent. */
export type Trip = 'freeze' | 'kill';

export interface Decision {
  readonly verdict: Verdict;
  /** The finding that decided: the first of the most severe, in the guards' order; the first pass on `allow`. */
  readonly decisive: Finding;
  /** Every guard's finding: none hides another. */
  readonly findings: readonly Finding[];
  /** The held call whose approval lets this one through; it is used up by it. */
  readonly approval?: CallId;
}
