/** What the search made of one policy under one seed. */
export interface Trial {
  readonly seed: number;
  /** Time spent searching, in seconds: shrinking, the story and the remedies included. */
  readonly seconds: number;
  readonly runs: number;
  readonly calls: number;
  readonly found: Finding | null;
}

export interface Finding {
  readonly oracle: string;
  readonly harm: string;
  /** Steps of the run as it was found, and of the course that is left of it. */
  readonly stepsFound: number;
  readonly stepsLeft: number;
  readonly story: readonly string[];
  /** The narrowest rule that stops it; `null`: none that was tried does. */
  readonly remedy: string | null;
}

export interface HoleResult {
  readonly name: string;
  readonly about: string;
  readonly expected: { readonly oracle: string; readonly steps: number };
  readonly trials: readonly Trial[];
}

export interface SoundResult {
  readonly name: string;
  readonly about: string;
  readonly trials: readonly Trial[];
}

/** Where and when something was counted. */
export interface Stamp {
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
  readonly at: string;
}

/** Everything that `npm run probe-study` counted; its parts may have been run apart. */
export interface Study {
  readonly limitSeconds: number;
  readonly holes: { readonly stamp: Stamp; readonly results: readonly HoleResult[] };
  readonly sound: { readonly stamp: Stamp; readonly results: readonly SoundResult[] };
}

/** What is wrong with a trial of a hole; empty: it is as a person expected. */
export function faultsOf({ expected }: HoleResult, { found, seconds }: Trial, limitSeconds: number): readonly string[] {
  if (found === null) return ['not found'];
  const faults: string[] = [];
  if (found.oracle !== expected.oracle) faults.push(`${found.oracle} saw it, not ${expected.oracle}`);
  if (found.stepsLeft > expected.steps) faults.push(`${found.stepsLeft} steps, by hand ${expected.steps}`);
  if (seconds > limitSeconds) faults.push(`${seconds.toFixed(1)} s`);
  return faults;
}
