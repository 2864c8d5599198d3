import type { EvidenceTerms, PromotionTerms, TargetTerms } from '../policy/promotion.ts';
import { assert } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';
import { judgeCriteria } from './criteria/all.ts';
import type { Approval } from './criteria/gate-case.ts';
import type { Criterion, GateResult, GateVerdict } from './criterion.ts';
import type { GateEvidence } from './evidence/evidence.ts';

/**
 * Whether an agent has shown what a stage demands.
 *
 * @param terms the policy's; they must demand something of `evidence.to`, for a stage that demands nothing has no gate
 * @param now from which the time that is left is counted
 * @param approvals whoever has approved so far
 */
export function judge(
  terms: PromotionTerms,
  evidence: GateEvidence,
  now: Instant,
  approvals: readonly Approval[] = [],
): GateResult {
  const target = terms.targets.get(evidence.to);
  assert(target !== undefined, `the policy demands nothing of ${evidence.to}, so there is nothing to judge`);
  const demanded = evidenceTerms(target, evidence);
  const criteria = judgeCriteria({ target, demanded, people: terms.people, evidence, now, approvals });
  return {
    agent: evidence.agent,
    from: evidence.from,
    to: evidence.to,
    step: evidence.step,
    verdict: verdictOf(criteria),
    criteria,
    evidence,
    at: now,
    version: evidence.basis.engine,
  };
}

/** What the journal must show: of the stage below for the first step, of the step before for each further one. */
function evidenceTerms(target: TargetTerms, { from, step }: GateEvidence): EvidenceTerms {
  const isFurther = step !== null && step > 1;
  const shownAt = isFurther ? target.stage : target.from;
  assert(from === shownAt, `${target.stage} is shown in ${shownAt}, and the evidence is of ${from}`);
  return isFurther ? (target.each ?? target.evidence) : target.evidence;
}

/** FAIL where anything failed, whatever else lacks; INCONCLUSIVE where anything lacks; of nothing at all, INCONCLUSIVE too. */
export function verdictOf(criteria: readonly Pick<Criterion, 'outcome'>[]): GateVerdict {
  const outcomes = new Set(criteria.map(({ outcome }) => outcome));
  if (outcomes.has('fail')) return 'FAIL';
  return outcomes.has('inconclusive') || !outcomes.has('pass') ? 'INCONCLUSIVE' : 'PASS';
}
