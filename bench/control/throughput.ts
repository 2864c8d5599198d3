import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { start } from '../process.ts';
import { serve } from '../serve.ts';
import { spread, type Spread } from '../statistics.ts';
import { LOAD_AGENTS, loadPolicy, pacedLoad } from './paced.ts';
import { watch } from './watch.ts';

/** The door's calls at a steady pace, with and without people who watch. */
export interface WatchedFigures {
  readonly watchers: number;
  /** Every call instead of a sample. */
  readonly all: boolean;
  readonly perSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** What one watcher was sent, a second. */
  readonly bytesPerSecond: number;
  readonly machineLoad: number;
}

const PER_SECOND = 2_000;
const CONDITIONS = [
  { watchers: 0, all: false },
  { watchers: 1, all: false },
  { watchers: 64, all: false },
  { watchers: 1, all: true },
] as const;
const UPSTREAM = path.join(import.meta.dirname, '../peers/upstream.ts');

export async function benchWatched(rounds: number, forMs: number): Promise<readonly WatchedFigures[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-watched-'));
  const upstream = await start<{ url: string }>([UPSTREAM]);
  const served = await serve(path.join(dir, 'data'), loadPolicy(upstream.line.url), '--log-level', 'error');
  try {
    const control = JSON.parse(await readFile(path.join(served.data, 'control.json'), 'utf8')) as Control;
    const tokens = LOAD_AGENTS.map((agent) => served.grant(agent));
    const load = { url: served.url, perSecond: PER_SECOND, forMs, connections: 64, tokens };
    // The first is a warm-up.
    await pacedLoad(load);
    const runs = CONDITIONS.map((condition) => ({ ...condition, results: [] as Run[] }));
    for (let round = 0; round < rounds; round += 1) {
      // Every round begins with another, so that none always follows the same one.
      for (let place = 0; place < runs.length; place += 1) {
        const run = runs[(round + place) % runs.length] as (typeof runs)[number];
        const query = run.all ? '?all=1' : '';
        const watching = await Promise.all(
          Array.from({ length: run.watchers }, () => watch(control.url, control.token, query)),
        );
        const result = await pacedLoad(load);
        run.results.push({ ...result, bytes: watching[0]?.bytes ?? 0 });
        for (const one of watching) one.close();
      }
    }
    return runs.map(({ watchers, all, results }) => ({
      watchers,
      all,
      perSecond: spread(results.map(({ perSecond }) => perSecond)),
      p50Ms: spread(results.map(({ p50Ms }) => p50Ms)),
      p99Ms: spread(results.map(({ p99Ms }) => p99Ms)),
      bytesPerSecond: Math.round(results.reduce((sum, { bytes }) => sum + bytes, 0) / results.length / (forMs / 1_000)),
      machineLoad: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    }));
  } finally {
    await served.running.stop();
    await upstream.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Control {
  readonly url: string;
  readonly token: string;
}

interface Run {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}
