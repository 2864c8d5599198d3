import { adversaries } from '../src/lab/adversaries/all.ts';
import { neverOracles } from '../src/lab/oracles/never.ts';
import { tell } from '../src/lab/probe/remedies.ts';
import type { ProbeResult } from '../src/lab/probe/result.ts';
import { search } from '../src/lab/probe/search.ts';
import { filesBeside } from '../src/policy/files.ts';
import { studyField, studyPolicy, type StudyPolicy } from './policies.ts';
import type { Finding, Trial } from './study.ts';

/** What is to be searched, and for how long: by time, as a person would, or by runs, which come out alike everywhere. */
export interface Task {
  readonly kind: 'holes' | 'sound';
  readonly name: string;
  readonly seed: number;
  readonly timeMs?: number;
  readonly runs?: number;
}

/** Searches one policy of the study with everything that `interlock probe` searches with. */
export async function runTrial({ kind, name, seed, timeMs, runs }: Task): Promise<Trial> {
  const policy = await studyPolicy(kind, name);
  const field = studyField(policy);
  const oracles = neverOracles(field.loaded.never);
  const startedAt = performance.now();
  const clock = { now: () => Math.round(performance.now()) };
  const result = search(field, oracles, adversaries, {
    seed,
    clock,
    ...(timeMs !== undefined && { timeMs }),
    ...(runs !== undefined && { runs }),
  });
  const found = findingOf(policy, result);
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  return { seed, seconds, runs: result.runs, calls: result.calls, found };
}

/** A bug of Interlock's own is a finding like any other, and one that no policy could mend. */
function findingOf(policy: StudyPolicy, { discoveries, bugs }: ProbeResult): Finding | null {
  const [found] = [...bugs, ...discoveries];
  if (found === undefined) return null;
  const { harm, course, original } = found;
  const field = studyField(policy);
  const oracle = neverOracles(field.loaded.never).find(({ name }) => name === harm.oracle);
  const told = oracle && tell({ field, oracle, course, original, files: filesBeside(policy.file) });
  return {
    oracle: harm.oracle,
    harm: harm.text,
    stepsFound: original.steps.length,
    stepsLeft: course.steps.length,
    story: told?.story ?? [],
    remedy: told?.remedies[0]?.title ?? null,
  };
}
