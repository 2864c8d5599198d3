import type { GateResult } from '../../gate/criterion.ts';
import type { HarmCourse } from '../../gate/harm-course.ts';

/** A gate's verdict as people and machines are told it. Plain data: reports are made from this alone. */
export interface GateReport {
  readonly result: GateResult;
  /** Of each class of which somebody judged a session. */
  readonly courses: readonly HarmCourse[];
  /** The data directory, as it was named: where its numbers can be asked for. */
  readonly data: string;
  readonly policy: { readonly file: string; readonly digest: string; readonly environment: string };
  readonly findings: readonly Finding[];
  /** How long the gate looked. */
  readonly tookMs: number;
}

/** Something in the policy file that a person should look at. */
export interface Finding {
  /** `policy`: a warning of the policy itself. `probe`: what a search found. `criterion`: a demand that was not met, or that was waived. */
  readonly kind: 'policy' | 'probe' | 'criterion';
  /** `never[0]`, `harm`; of a warning, the path that it is about. */
  readonly about: string;
  /** What it is of, for whoever compares two runs: it stays the same as long as it is the same finding. */
  readonly identity: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly place: FindingPlace;
}

export interface FindingPlace {
  /** Relative to where the command was run, with forward slashes; absolute where it lies elsewhere. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `promotion.limited.shadow.harm` */
  readonly path: string;
}
