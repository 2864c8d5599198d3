import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Trial } from './study.ts';
import type { Task } from './trial.ts';

/** Runs tasks in so many processes at a time; their results in the tasks' order. */
export async function inProcesses(processes: number, tasks: readonly Task[]): Promise<readonly Trial[]> {
  const results: Trial[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    if (next >= tasks.length) return;
    const child = fork(path.join(import.meta.dirname, 'worker.child.ts'));
    try {
      while (next < tasks.length) {
        const index = next;
        next += 1;
        results[index] = await answered(child, tasks[index] as Task);
      }
    } finally {
      child.disconnect();
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return results;
}

function answered(child: ChildProcess, task: Task): Promise<Trial> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`the search of ${task.name} ended with ${code}`));
    child.once('exit', died);
    child.once('message', (trial: Trial) => {
      child.off('exit', died);
      resolve(trial);
    });
    child.send(task);
  });
}
