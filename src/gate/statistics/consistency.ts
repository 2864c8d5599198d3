import { assert } from '../../std/assert.ts';

/** A task that was run several times, and how many of these runs were clean. */
export interface RepeatedTask {
  readonly runs: number;
  readonly clean: number;
}

export interface Consistency {
  /** How probable it is that `k` runs of a task are all clean, on average over tasks; `null`: no task ran that often. */
  readonly share: number | null;
  /** Tasks that ran at least `k` times; others say nothing of it. */
  readonly tasks: number;
}

/**
 * pass^k (Yao et al., "τ-bench", 2024, §3): whether an agent that succeeds once succeeds every time. The mean over tasks of
 * C(clean, k) / C(runs, k), which is unbiased where the runs of a task are independent.
 *
 * @param k at least 1
 */
export function passHat(k: number, tasks: readonly RepeatedTask[]): Consistency {
  assert(Number.isInteger(k) && k >= 1, `pass^k is of at least one run, not of ${k}`);
  const enough = tasks.filter(({ runs }) => runs >= k);
  if (enough.length === 0) return { share: null, tasks: 0 };
  const sum = enough.reduce((all, task) => all + allClean(k, task), 0);
  return { share: sum / enough.length, tasks: enough.length };
}

/** That `k` runs, drawn from those of the task without putting any back, are all clean. */
function allClean(k: number, { runs, clean }: RepeatedTask): number {
  assert(clean >= 0 && clean <= runs, `${clean} of ${runs} runs cannot be clean`);
  let probability = 1;
  for (let drawn = 0; drawn < k && probability > 0; drawn += 1)
    probability *= Math.max(0, clean - drawn) / (runs - drawn);
  return probability;
}
