import type { Guard } from '../guard.ts';
import { approval, type ApprovalRule } from './approval.ts';
import { backoff, type BackoffRule } from './backoff.ts';
import { breaker, type BreakerRule } from './breaker.ts';
import { budget, type BudgetRule } from './budget.ts';
import { collar, type CollarRule } from './collar.ts';
import { contract, type ContractRule } from './contract.ts';
import { denials, type DenialsRule } from './denials.ts';
import { errorRate, type ErrorRateRule } from './error-rate.ts';
import { freeze } from './freeze.ts';
import { fresh, type FreshRule } from './fresh.ts';
import { inflight, type InflightRule } from './inflight.ts';
import { latency, type LatencyRule } from './latency.ts';
import { once, type OnceRule } from './once.ts';
import { payment, type PaymentRule } from './payment.ts';
import { precondition } from './precondition.ts';
import { provenance, type ProvenanceRule } from './provenance.ts';
import { rate, type RateRule } from './rate.ts';
import { runaway, type RunawayRule } from './runaway.ts';
import { scope } from './scope.ts';
import { segment, type SegmentRule } from './segment.ts';
import { shape } from './shape.ts';
import { stage } from './stage.ts';
import { volume, type VolumeRule } from './volume.ts';

/**
 * Every guard. Where several deny a call, the first in this order names the reason, and its trip alone counts.
 * So a loop is a loop even against a denial, while a budget trips only on a call that nothing else refused.
 *
 * INVARIANT: `precondition` is the last. Where it alone refuses, for want of the read, the door makes that read;
 * a call that anything else refuses costs the upstream nothing.
 */
export const guards: readonly Guard[] = [
  freeze,
  runaway,
  scope,
  stage,
  segment,
  shape,
  payment,
  collar,
  once,
  contract,
  breaker,
  backoff,
  fresh,
  provenance,
  volume,
  rate,
  budget,
  inflight,
  approval,
  errorRate,
  latency,
  denials,
  precondition,
];

/** What a policy says of one agent, by guard. */
export interface AgentRules {
  readonly collar: readonly CollarRule[];
  readonly once: readonly OnceRule[];
  readonly runaway: readonly RunawayRule[];
  readonly rates: readonly RateRule[];
  readonly budgets: readonly BudgetRule[];
  readonly inflight: readonly InflightRule[];
  readonly fresh: readonly FreshRule[];
  readonly backoff: readonly BackoffRule[];
  readonly volume: readonly VolumeRule[];
  readonly provenance: readonly ProvenanceRule[];
  readonly payment: readonly PaymentRule[];
  readonly approval: readonly ApprovalRule[];
  readonly segment: readonly SegmentRule[];
  readonly errorRate: readonly ErrorRateRule[];
  readonly latency: readonly LatencyRule[];
  readonly denials: readonly DenialsRule[];
}

/** What a policy says that says nothing. */
export const NO_AGENT_RULES: AgentRules = {
  collar: [],
  once: [],
  runaway: [],
  rates: [],
  budgets: [],
  inflight: [],
  fresh: [],
  backoff: [],
  volume: [],
  provenance: [],
  payment: [],
  approval: [],
  segment: [],
  errorRate: [],
  latency: [],
  denials: [],
};

/** What a policy says of all agents together. */
export interface SharedRules {
  readonly budgets: readonly BudgetRule[];
  readonly inflight: readonly InflightRule[];
  readonly breakers: readonly BreakerRule[];
  readonly contracts: readonly ContractRule[];
}

export const NO_SHARED_RULES: SharedRules = { budgets: [], inflight: [], breakers: [], contracts: [] };
