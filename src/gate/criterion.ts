import type { Stage } from '../engine/call.ts';
import type { AgentId } from '../engine/ids.ts';
import type { Instant } from '../std/clock.ts';
import type { GateEvidence } from './evidence/evidence.ts';

export type CriterionId =
  | 'identity'
  | 'journal'
  | 'engine'
  | 'days'
  | 'sessions'
  | 'writes'
  | 'strata'
  | 'harm'
  | 'agreement'
  | 'reviewed'
  | 'freezes'
  | 'errors'
  | 'steady'
  | 'load'
  | 'consistency'
  | 'scenarios'
  | 'probe'
  | 'efficacy'
  | 'people';

/** `waived`: the policy says `none`, and answers for it. `shown`: there is nothing to demand of it; a person may want to know. */
export type CriterionOutcome = 'pass' | 'fail' | 'inconclusive' | 'waived' | 'shown';

/** One thing that a stage demands, and what was seen of it. */
export interface Criterion {
  readonly id: CriterionId;
  /** The class of action it is of: a route. `null`: of the agent as a whole. */
  readonly class: string | null;
  /** `harm per session` */
  readonly title: string;
  /** `< 0.5% (95%)` */
  readonly required: string;
  readonly observed: string;
  /** How far it is from the line, on which side: `+0.12 points`, `5 days short`. */
  readonly margin: string | null;
  readonly outcome: CriterionOutcome;
  /** One sentence: what is lacking and what to do. Absent where it passed. */
  readonly lacking?: string;
  /** Days until there is enough, at the present rate; absent: that cannot be said, or nothing lacks. */
  readonly daysLeft?: number;
  /** Where whoever doubts it can look. */
  readonly behind: readonly Behind[];
}

export type Behind =
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'call'; readonly call: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'command'; readonly command: string };

/** INCONCLUSIVE where anything lacks and nothing failed; FAIL where anything failed; PASS where all demands are met. */
export type GateVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

/** What a gate says, whole: reports are made of this alone. */
export interface GateResult {
  readonly agent: AgentId;
  readonly from: Stage;
  readonly to: Stage;
  readonly step: number | null;
  readonly verdict: GateVerdict;
  readonly criteria: readonly Criterion[];
  readonly evidence: GateEvidence;
  readonly at: Instant;
  readonly version: string;
}
