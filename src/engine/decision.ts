import type { Instant } from '../std/clock.ts';
import type { CallId, RuleId } from './ids.ts';

/** `hold` (a human must approve) and `capture` (shadow) are answers too; only `allow` reaches an upstream. */
export type Verdict = 'allow' | 'deny' | 'hold' | 'capture';

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
}

/** `freeze` lets calls already admitted finish; `kill` severs them too. Both last until a human resumes the agent. */
export type Trip = 'freeze' | 'kill';

export interface Decision {
  readonly verdict: Verdict;
  /** The finding that decided: the first of the most severe, in the guards' order; the first pass on `allow`. */
  readonly decisive: Finding;
  /** Every guard's finding: none hides another. */
  readonly findings: readonly Finding[];
}
