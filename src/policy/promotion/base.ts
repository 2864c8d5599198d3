import type { Stage } from '../../engine/call.ts';
import { isAbove, mayStandAt, STAGES } from '../../engine/standings.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { PromotionFile, TermsFile } from '../schema/promotion.ts';
import type { PolicyFile } from '../schema.ts';

/** The stages at which something real happens: where there are promotions at all, these are never free. */
const REAL_STAGES: ReadonlySet<Stage> = new Set(['limited', 'production']);

/** Whether an agent needs a promotion to work at a stage. */
export function demands(terms: TermsFile, stage: Stage): boolean {
  return REAL_STAGES.has(stage) || (stage !== 'sandbox' && terms[stage as keyof TermsFile] !== undefined);
}

/**
 * Where an agent stands without any promotion: the highest stage up to the declared one that, as all below it, demands
 * none. `undefined`: it stands where it is declared.
 */
export function baseOf(promotion: PromotionFile | undefined, declared: Stage): Stage | undefined {
  if (promotion === undefined || promotion === 'none') return undefined;
  const first = STAGES.findIndex((stage) => demands(promotion, stage));
  const base = STAGES[first - 1];
  return base !== undefined && isAbove(declared, base) ? base : undefined;
}

/** Whether an agent may come to stand at a stage, today or by a promotion. */
export function mayStand(policy: PolicyFile, { stage }: Pick<AgentFile, 'stage'>, wanted: Stage): boolean {
  const base = baseOf(policy.promotion, stage);
  return mayStandAt(base === undefined ? { stage } : { stage, base }, wanted);
}
