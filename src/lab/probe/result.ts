import type { CoverageReport } from './coverage/report.ts';
import type { Discovery } from './discovery.ts';
import type { Approach } from './nearness.ts';
import type { NeverApproach } from './nearness/never.ts';

/** What a search came to. Plain data: reports are made from this alone. */
export interface ProbeResult {
  readonly seed: number;
  readonly runs: number;
  /** Requests that were judged in them. */
  readonly calls: number;
  /** Time that passed in them, all together. */
  readonly virtualMs: number;
  readonly ended: Ending;
  readonly oracles: readonly WatchedOracle[];
  readonly adversaries: readonly Played[];
  /** Holes in the policy, in the order in which they were found. */
  readonly discoveries: readonly Discovery[];
  /** Promises of Interlock's own that did not hold: nothing that a policy could mend. */
  readonly bugs: readonly Discovery[];
  /** How near it came to the bounds of the blast radius. */
  readonly approaches: readonly Approach[];
  /** How near it came to what must never happen, by the policy's `never`. */
  readonly never: readonly NeverApproach[];
  readonly coverage: CoverageReport;
  /** How long it took: the only thing here that another machine would tell otherwise. */
  readonly elapsedMs: number;
}

/**
 * Why a search ended: something was found; every oracle was broken; the runs were made; the time was up; a person ended it;
 * or no adversary has anything to do under this policy.
 */
export type Ending = 'found' | 'all broken' | 'runs' | 'time' | 'interrupted' | 'nothing to do';

export interface WatchedOracle {
  readonly name: string;
  readonly text: string;
  readonly broken: boolean;
}

/** One adversary's part in a search. */
export interface Played {
  readonly name: string;
  readonly title: string;
  readonly moves: number;
  readonly calls: number;
}

/** While it searches. */
export interface Progress {
  readonly runs: number;
  readonly calls: number;
  readonly virtualMs: number;
  readonly elapsedMs: number;
  /** Of the catalogue of things that can be reached. */
  readonly reached: number;
  readonly of: number;
  readonly found: number;
  /** The bound of the blast radius that was approached furthest. */
  readonly nearest: Approach | undefined;
}

/** Whether anything is amiss: a hole, a bug, or more money gone than the policy reads off its calls. */
export function isFound({ discoveries, bugs, approaches }: ProbeResult): boolean {
  return discoveries.length > 0 || bugs.length > 0 || approaches.some(({ understated }) => understated !== undefined);
}
