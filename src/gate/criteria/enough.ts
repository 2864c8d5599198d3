import type { Behind, Criterion, CriterionId } from '../criterion.ts';
import { criterionOf } from './criterion-of.ts';
import { counted, whole } from './wording.ts';

/** A demand that there be so many of something at least. */
export interface Enough {
  readonly id: CriterionId;
  readonly class?: string;
  readonly title: string;
  /** What is counted: `session`. */
  readonly unit: string;
  readonly demanded: number;
  readonly seen: number;
  /** Beside the count. */
  readonly remark?: string;
  /** How to come by more. */
  readonly hint: string;
  /** In place of how many lack. */
  readonly because?: string;
  readonly daysLeft: number | undefined;
  readonly behind: readonly Behind[];
}

/** INCONCLUSIVE below what is demanded: too little never says no. */
export function enough({ demanded, seen, unit, hint, remark, because, ...rest }: Enough): Criterion {
  const observed = `${counted(seen, unit)}${remark === undefined ? '' : `, ${remark}`}`;
  if (demanded === 0) return criterionOf({ ...rest, required: 'none', observed, outcome: 'waived' });
  const missing = demanded - seen;
  return criterionOf({
    ...rest,
    required: `${whole(demanded)} or more`,
    observed,
    margin: missing > 0 ? `${counted(missing, unit)} short` : `${counted(seen - demanded, unit)} to spare`,
    outcome: missing > 0 ? 'inconclusive' : 'pass',
    lacking: `${rest.class === undefined ? '' : `${rest.class}: `}${because ?? `${counted(missing, unit)} ${missing === 1 ? 'lacks' : 'lack'}`}; ${hint}`,
  });
}
