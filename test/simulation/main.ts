import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Counts } from './scene.ts';
import { Simulation, type Result } from './simulation.ts';

/**
 * `npm run simulate -- --seeds 1000 --from 1`: runs that many seeds, tells every promise that was broken, and exits 1 where
 * one was. `npm run simulate -- --seed 7 --trace` tells the story of one.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(8, os.availableParallelism())) },
  },
});

/** Broken seeds told one by one; the rest is counted. */
const TOLD_MAX = 20;

if (values.seed === undefined)
  await many(whole(values.seeds, 'seeds'), whole(values.from, 'from'), whole(values.workers, 'workers'));
else await one(whole(values.seed, 'seed'), values.trace);

async function one(seed: number, traced: boolean): Promise<void> {
  const result = await new Simulation(seed, traced).run();
  for (const line of result.trace) console.log(line);
  tell(result);
  conclude(1, 1, result.broken.length, result.counts);
}

async function many(seeds: number, from: number, workers: number): Promise<void> {
  const startedAt = performance.now();
  let next = from;
  let done = 0;
  let broken = 0;
  let told = 0;
  const counts: Record<string, number> = {};
  const take = ({ counts: its, ...result }: Result): void => {
    done += 1;
    for (const [name, count] of Object.entries(its)) counts[name] = (counts[name] ?? 0) + count;
    if (result.broken.length === 0) return;
    broken += result.broken.length;
    if ((told += 1) <= TOLD_MAX) tell(result);
  };
  const work = (child: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        if (next < from + seeds) child.send(next++);
        else child.disconnect();
      };
      child.on('message', (result: Result) => {
        take(result);
        give();
      });
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      give();
    });
  await Promise.all(
    Array.from({ length: workers }, () => work(fork(path.join(import.meta.dirname, 'worker.child.ts')))),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${(done / seconds).toFixed(1)} seeds a second`);
  conclude(done, seconds, broken, counts);
}

function tell({ seed, broken }: Pick<Result, 'seed' | 'broken'>): void {
  for (const { promise, what } of broken) console.log(`seed ${seed} broke ${promise}: ${what}`);
  if (broken.length > 0) console.log(`  npm run simulate -- --seed ${seed} --trace`);
}

/** The last line: what was run, and what was broken. */
function conclude(seeds: number, seconds: number, broken: number, counts: Counts | Record<string, number>): void {
  const all = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  console.log(all.join(', '));
  console.log(`${seeds} seeds in ${seconds.toFixed(0)} s, ${broken} promises broken`);
  process.exitCode = broken === 0 ? 0 : 1;
}

function whole(text: string, option: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${option} must be a whole number, not \`${text}\`.`);
}
