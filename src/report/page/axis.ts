import type { RunResult } from '../../lab/sandbox/result.ts';
import type { Instant } from '../../std/clock.ts';

const HOUR_MS = 3_600_000;
/** Each run's first event is shown at three in the morning, the hour this report is read at. */
const NIGHT_MS = 3 * HOUR_MS;
/** Grid lines that still read as a grid on a phone. */
const INTERVALS_MAX = 4;
/** Room for a label on a phone, as a share of the axis: behind the first, which starts at its tick, and between others. */
const [FIRST_LABEL_ROOM, LABEL_ROOM] = [0.3, 0.22];
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((minutes) => minutes * 60_000),
);

/** The time that both runs of a scenario share, from the first event of each. */
export interface Axis {
  readonly spanMs: number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly afterMs: number;
  /** Empty where it would touch the one before. */
  readonly label: string;
}

/** When a run's first event was, or when it started if it has none. */
export function originOf({ startedAt, timeline, ledger }: RunResult): Instant {
  const first = [...timeline, ...ledger].reduce((least, { at }) => Math.min(least, at), Infinity);
  return first === Infinity ? startedAt : first;
}

export function axisOf(runs: readonly RunResult[]): Axis {
  const spanMs = Math.max(1, ...runs.map((run) => lastOf(run) - originOf(run)));
  const stepMs = STEPS_MS.find((step) => spanMs / step <= INTERVALS_MAX) ?? spanMs;
  const ticks: Tick[] = [];
  let freeFrom = 0;
  for (let afterMs = 0; afterMs <= spanMs; afterMs += stepMs) {
    const free = afterMs >= freeFrom;
    ticks.push({ afterMs, label: free ? tickLabel(afterMs) : '' });
    if (free) freeFrom = afterMs + (afterMs === 0 ? FIRST_LABEL_ROOM : LABEL_ROOM) * spanMs;
  }
  return { spanMs, ticks };
}

function lastOf(run: RunResult): Instant {
  return [...run.timeline, ...run.ledger].reduce((most, { at }) => Math.max(most, at), originOf(run));
}

/** `0` → `03:00:00.000`; beyond midnight the hours count on. */
export function nightTime(afterMs: number): string {
  const whole = NIGHT_MS + Math.round(afterMs);
  const padded = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  const [hours, minutes] = [padded(whole / HOUR_MS, 2), padded((whole / 60_000) % 60, 2)];
  return `${hours}:${minutes}:${padded((whole / 1_000) % 60, 2)}.${padded(whole % 1_000, 3)}`;
}

/** `03:00:01` on a whole second, `.250` within one. */
function tickLabel(afterMs: number): string {
  const time = nightTime(afterMs);
  return afterMs % 1_000 === 0 ? time.slice(0, -4) : time.slice(-4);
}

/** A place on the axis in percent of its length, as an SVG attribute takes it. */
export function percentOf(afterMs: number, { spanMs }: Axis): string {
  return `${Number(((100 * Math.min(Math.max(afterMs, 0), spanMs)) / spanMs).toFixed(2))}%`;
}
