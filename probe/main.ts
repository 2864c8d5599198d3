import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../src/std/duration.ts';
import { holes, sound } from './catalogue.ts';
import { studyPolicy } from './policies.ts';
import { faultsOf, type HoleResult, type SoundResult, type Study, type Trial } from './study.ts';
import { table } from './table.ts';
import { inProcesses } from './processes.ts';
import type { Task } from './trial.ts';

/**
 * `npm run probe-study`: does the probe find what it must, and nothing where there is nothing? Exits 1 where it does not.
 * `--quick` looks at the sound policies for ten seconds and at one seed; `--only NAME` at one policy, and writes nothing.
 */
const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '60s' },
    sound: { type: 'string', default: '300s' },
    seeds: { type: 'string', default: '1,2,3' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
  },
});

const limitMs = duration(values.limit, 'limit');
const soundMs = values.quick ? 10_000 : duration(values.sound, 'sound');
const seeds = values.quick ? [1] : values.seeds.split(',').map(Number);
const wanted = (name: string): boolean => values.only === undefined || values.only === name;

const results: HoleResult[] = [];
for (const { name, oracle, steps } of holes.filter((hole) => wanted(hole.name))) {
  const { about } = await studyPolicy('holes', name);
  // Alone on the machine, as far as this study is concerned: what is found is found in so many seconds.
  const trials = await inProcesses(
    1,
    seeds.map((seed): Task => ({ kind: 'holes', name, seed, timeMs: limitMs })),
  );
  const result: HoleResult = { name, about, expected: { oracle, steps }, trials };
  results.push(result);
  for (const trial of trials) say(name, trial, faultsOf(result, trial, limitMs / 1_000));
}

const tasks = sound
  .filter(wanted)
  .map((name, index): Task => ({ kind: 'sound', name, seed: index + 1, timeMs: soundMs }));
const searched = await inProcesses(Number(values.workers), tasks);
const sounds: SoundResult[] = [];
for (const [index, { name }] of tasks.entries()) {
  const { about } = await studyPolicy('sound', name);
  const trial = searched[index] as Trial;
  sounds.push({ name, about, trials: [trial] });
  say(name, trial, trial.found === null ? [] : [`harm: ${trial.found.harm}`]);
}

const study: Study = {
  machine: `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? 'unknown'}`,
  node: process.version,
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim(),
  at: new Date().toISOString(),
  limitSeconds: limitMs / 1_000,
  holes: results,
  sound: sounds,
};
console.log(`\n${table(study)}`);
if (values.only === undefined && !values.quick) {
  writeFileSync(path.join(import.meta.dirname, 'results.json'), `${JSON.stringify(study, null, 2)}\n`);
  writePage(table(study));
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
