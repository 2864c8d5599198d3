import type { ClassEvidence, GateEvidence } from '../evidence/evidence.ts';
import type { Criterion } from '../criterion.ts';
import type { EvidenceTerms, TargetTerms } from '../../policy/promotion.ts';
import type { Instant } from '../../std/clock.ts';

/** Everything that a criterion may look at: what is demanded, and what there is to show for it. */
export interface GateCase {
  readonly target: TargetTerms;
  /** What the journal must show for this step: the target's own terms, or those of each further step. */
  readonly demanded: EvidenceTerms;
  /** How many different people must approve. */
  readonly people: 0 | 1 | 2;
  readonly evidence: GateEvidence;
  readonly now: Instant;
  readonly approvals: readonly Approval[];
}

/** Somebody who has approved what the gate is asked for. */
export interface Approval {
  readonly by: string;
  readonly reason: string;
}

/** Of what is demanded, one thing; pure. */
export type Judge = (at: GateCase) => readonly Criterion[];

/** The same, of one class of action. */
export type ClassJudge = (at: GateCase, of: ClassEvidence, demanded: ClassTerms) => readonly Criterion[];

export type ClassTerms = Pick<EvidenceTerms, 'writes' | 'harmBelow' | 'agreementAbove'>;

/** What is demanded of one class: the policy may ask other figures of it than of the rest. */
export function classTerms(demanded: EvidenceTerms, route: ClassEvidence['route']): ClassTerms {
  const { writes, harmBelow, agreementAbove } = demanded;
  return { writes, harmBelow, agreementAbove, ...demanded.classes.get(route) };
}
