import type { Harm } from '../oracles/oracle.ts';
import type { Course } from './course.ts';

/** Harm that the search found, and how. */
export interface Discovery {
  readonly harm: Harm;
  /** The shortest course that still does it: see `shrink.ts`. */
  readonly course: Course;
  /** As it was found, before it was shrunk. */
  readonly original: Course;
  /** The search's seed; and under it the batch of runs, and fast-check's path to the failure in it: `12/3:0:1`. */
  readonly seed: number;
  readonly path: string;
  /** How many runs were made before it was found, it included. */
  readonly runs: number;
  /** The moves that did it, before they were taken apart into steps. */
  readonly moves: readonly string[];
}

/** A discovery as people are told it. Plain data: reports are made from this alone. */
export interface Told {
  /** `02:00:00 refund charge:ch_1 for 50.00 USD; the business committed and the answer was lost.` one line a step. */
  readonly story: readonly string[];
  /** Why nothing stopped it: `No rule looks at create_refund per subject.` */
  readonly gap: string;
  /** Rules that stop it, each tried on the same course; the narrowest first. Empty: none of those that were tried does. */
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  /** `once: create_refund per subject` */
  readonly title: string;
  /** A unified diff of the policy file. */
  readonly patch: string;
  /** The whole policy with it. */
  readonly text: string;
}
