import { DriftAlarm, type Mix } from '../src/gate/statistics/drift-alarm.ts';
import { prng, type Prng } from '../src/std/prng.ts';
import { drawn, population, type Shares } from './mixes.ts';
import { quantile } from './quantile.ts';

export const HEARD_SESSIONS = 200;
const DRIFT_WAIT_MAX_SESSIONS = 3_000;

/** How often an agent that did not change was called drifting. */
export interface FalseDrifts {
  readonly baseline: number;
  readonly confidence: number;
  readonly tolerance: number;
  readonly alarms: number;
  /** χ² of calls against calls at 5 %, looked at after every session. */
  readonly naive: number;
  /** The same, looked at once, at the end. */
  readonly once: number;
  readonly runs: number;
}

const USUAL: Shares = {
  'read allow': 0.4,
  'list allow': 0.25,
  'refund allow': 0.2,
  'note allow': 0.1,
  'refund deny': 0.05,
};

/** The 95 % quantile of χ² with as many degrees of freedom as there are kinds, less one. */
const CHI_SQUARE_95 = 9.487729;

export function falseDrifts(baseline: number, tolerance: number, runs: number, seed: number): FalseDrifts {
  const random = prng(seed);
  const all = population(random, USUAL);
  const confidence = 0.95;
  const counts = { alarms: 0, naive: 0, once: 0 };
  for (let run = 0; run < runs; run += 1) {
    const before = drawn(random, all, baseline);
    const after = drawn(random, all, HEARD_SESSIONS);
    const alarm = new DriftAlarm(before, confidence, tolerance);
    for (const one of after) alarm.hear(one);
    if (alarm.crossed) counts.alarms += 1;
    const looks = looksByCalls(before, after);
    if (looks.some((value) => value > CHI_SQUARE_95)) counts.naive += 1;
    if ((looks.at(-1) as number) > CHI_SQUARE_95) counts.once += 1;
  }
  return { baseline, confidence, tolerance, ...counts, runs };
}

/** χ² of homogeneity, calls taken for independent, after each session from the tenth on. */
function looksByCalls(before: readonly Mix[], after: readonly Mix[]): readonly number[] {
  const base = callsBy(before);
  const now = new Map<string, number>();
  const looks: number[] = [];
  for (const [index, one] of after.entries()) {
    add(now, one);
    if (index >= 9) looks.push(chiSquare(base, now));
  }
  return looks;
}

function chiSquare(base: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): number {
  const [all, own] = [sum(base) + sum(now), sum(now)];
  let value = 0;
  for (const kind of Object.keys(USUAL)) {
    const together = (base.get(kind) ?? 0) + (now.get(kind) ?? 0);
    if (together === 0) continue;
    const expected = (together * own) / all;
    const off = (now.get(kind) ?? 0) - expected;
    value += (off * off) / expected + (off * off) / (together - expected);
  }
  return value;
}

function callsBy(mixes: readonly Mix[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const mix of mixes) add(counts, mix);
  return counts;
}

function add(counts: Map<string, number>, mix: Mix): void {
  for (const [kind, count] of Object.entries(mix)) counts.set(kind, (counts.get(kind) ?? 0) + count);
}

const sum = (counts: ReadonlyMap<string, number>): number => counts.values().reduce((all, count) => all + count, 0);

/** How many sessions it takes until a drift is noticed. */
export interface DriftDetection {
  readonly drift: string;
  readonly baseline: number;
  readonly median: number | null;
  readonly ninth: number | null;
  readonly runs: number;
}

const DRIFTS: Readonly<Record<string, Shares>> = {
  'refunds from 20 % to 30 % of calls': {
    'read allow': 0.34,
    'list allow': 0.21,
    'refund allow': 0.3,
    'note allow': 0.1,
    'refund deny': 0.05,
  },
  'refunds from 20 % to 40 %': {
    'read allow': 0.28,
    'list allow': 0.17,
    'refund allow': 0.4,
    'note allow': 0.1,
    'refund deny': 0.05,
  },
  'denials from 5 % to 15 %': {
    'read allow': 0.35,
    'list allow': 0.2,
    'refund allow': 0.2,
    'note allow': 0.1,
    'refund deny': 0.15,
  },
  'a new kind, 15 %': { ...USUAL, 'read allow': 0.25, 'delete allow': 0.15 },
};

export function driftDetections(baselines: readonly number[], runs: number, seed: number): readonly DriftDetection[] {
  return Object.entries(DRIFTS).flatMap(([drift, shares]) =>
    baselines.map((baseline) => {
      const random = prng(seed);
      const [usual, changed] = [population(random, USUAL), population(random, shares)];
      const waited = Float64Array.from({ length: runs }, () =>
        noticed(random, drawn(random, usual, baseline), changed),
      ).sort();
      return { drift, baseline, median: quantile(waited, 0.5), ninth: quantile(waited, 0.9), runs };
    }),
  );
}

function noticed(random: Prng, baseline: readonly Mix[], changed: readonly Mix[]): number {
  const alarm = new DriftAlarm(baseline, 0.999);
  for (let session = 1; session <= DRIFT_WAIT_MAX_SESSIONS; session += 1) {
    alarm.hear(changed[random.below(changed.length)] as Mix);
    if (alarm.crossed) return session;
  }
  return Infinity;
}
