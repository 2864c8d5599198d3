import type { Oracle } from '../oracles/oracle.ts';
import type { Course } from '../probe/course.ts';
import type { Field } from '../probe/field.ts';

/**
 * What a probe once found, acted out step by step on a clock that nobody waits for: straight on the businesses, then through a
 * real door. Its policy is the one in force today, so that it holds from the day the policy is mended.
 */
export interface FoundScenario {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly source: string;
  /** The policy, and the businesses as they were found. */
  readonly field: Field;
  readonly course: Course;
  /** What it did harm to. */
  readonly oracle: Oracle;
}
