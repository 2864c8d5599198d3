import type { Guard } from '../guard.ts';
import { budget, type BudgetRule } from './budget.ts';
import { collar, type CollarRule } from './collar.ts';
import { freeze } from './freeze.ts';
import { inflight, type InflightRule } from './inflight.ts';
import { once, type OnceRule } from './once.ts';
import { rate, type RateRule } from './rate.ts';
import { runaway, type RunawayRule } from './runaway.ts';
import { scope } from './scope.ts';
import { stage } from './stage.ts';

/**
 * Every guard. Where several deny a call, the first in this order names the reason, and its trip alone counts.
 * So a loop is a loop even against a denial, while a budget trips only on a call that nothing else refused.
 */
export const guards: readonly Guard[] = [freeze, runaway, scope, stage, collar, once, rate, budget, inflight];

/** What a policy says of one agent, by guard. */
export interface AgentRules {
  readonly collar: readonly CollarRule[];
  readonly once: readonly OnceRule[];
  readonly runaway: readonly RunawayRule[];
  readonly rates: readonly RateRule[];
  readonly budgets: readonly BudgetRule[];
  readonly inflight: readonly InflightRule[];
}

/** What a policy says of all agents together. */
export interface SharedRules {
  readonly budgets: readonly BudgetRule[];
  readonly inflight: readonly InflightRule[];
}
