import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../src/std/duration.ts';
import { holes, sound } from './catalogue.ts';
import { studyPolicy } from './policies.ts';
import { faultsOf, type HoleResult, type SoundResult, type Stamp, type Study, type Trial } from './study.ts';
import { table } from './table.ts';
import { inProcesses } from './processes.ts';
import type { Task } from './trial.ts';

/**
 * `npm run probe-study`: does the probe find what it must, and nothing where there is nothing? Exits 1 where it does not.
 * `--quick` looks at the sound policies for ten seconds and at one seed; `--only NAME` at one policy, and writes nothing.
 * `--part holes` and `--part sound` count one half anew, and keep what is known of the other.
 */
const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '60s' },
    sound: { type: 'string', default: '300s' },
    seeds: { type: 'string', default: '1,2,3' },
    only: { type: 'string' },
    part: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
  },
});

const RESULTS = path.join(import.meta.dirname, 'results.json');
const limitMs = duration(values.limit, 'limit');
const soundMs = values.quick ? 10_000 : duration(values.sound, 'sound');
const seeds = values.quick ? [1] : values.seeds.split(',').map(Number);
const wanted = (name: string): boolean => values.only === undefined || values.only === name;

const parts: readonly string[] = values.part === 'both' ? ['holes', 'sound'] : [values.part];
const before = parts.length === 2 ? undefined : (JSON.parse(readFileSync(RESULTS, 'utf8')) as Study);
const study: Study = {
  limitSeconds: limitMs / 1_000,
  holes:
    before !== undefined && !parts.includes('holes') ? before.holes : { stamp: stamp(), results: await studyHoles() },
  sound:
    before !== undefined && !parts.includes('sound') ? before.sound : { stamp: stamp(), results: await studySound() },
};
console.log(`\n${table(study)}`);
if (values.only === undefined && !values.quick) {
  writeFileSync(RESULTS, `${JSON.stringify(study, null, 2)}\n`);
  writePage(table(study));
}

async function studyHoles(): Promise<readonly HoleResult[]> {
  const results: HoleResult[] = [];
  for (const { name, oracle, steps } of holes.filter((hole) => wanted(hole.name))) {
    const { about } = await studyPolicy('holes', name);
    // One at a time: what is found is found in so many seconds of one process.
    const trials = await inProcesses(
      1,
      seeds.map((seed): Task => ({ kind: 'holes', name, seed, timeMs: limitMs })),
    );
    const result: HoleResult = { name, about, expected: { oracle, steps }, trials };
    results.push(result);
    for (const trial of trials) say(name, trial, faultsOf(result, trial, limitMs / 1_000));
  }
  return results;
}

async function studySound(): Promise<readonly SoundResult[]> {
  const tasks = sound
    .filter(wanted)
    .map((name, index): Task => ({ kind: 'sound', name, seed: index + 1, timeMs: soundMs }));
  const searched = await inProcesses(Number(values.workers), tasks);
  return Promise.all(
    tasks.map(async ({ name }, index): Promise<SoundResult> => {
      const { about } = await studyPolicy('sound', name);
      const trial = searched[index] as Trial;
      say(name, trial, trial.found === null ? [] : [`harm: ${trial.found.harm}`]);
      return { name, about, trials: [trial] };
    }),
  );
}

function stamp(): Stamp {
  return {
    machine: `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim(),
    at: new Date().toISOString(),
  };
}

function writePage(text: string): void {
  const page = path.join(import.meta.dirname, '..', 'docs', 'probe-study.md');
  const [before, , after] = readFileSync(page, 'utf8').split(/<!-- figures:(?:begin|end) -->/);
  if (before === undefined || after === undefined)
    throw new Error(`Failed to write the figures: ${page} lost its marks`);
  writeFileSync(page, `${before}<!-- figures:begin -->\n\n${text}\n\n<!-- figures:end -->${after}`);
}

function say(name: string, { seed, seconds, runs, calls, found }: Trial, faults: readonly string[]): void {
  if (faults.length > 0) process.exitCode = 1;
  const what = found === null ? 'no harm' : `${found.stepsFound} → ${found.stepsLeft} steps`;
  const verdict = faults.length === 0 ? 'as expected' : faults.join(', ');
  console.log(`${name}, seed ${seed}: ${what} in ${seconds.toFixed(1)} s, ${runs} runs, ${calls} calls; ${verdict}`);
}

function duration(text: string, option: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`--${option} must be a duration, 60s, not \`${text}\`.`);
  return ms;
}
