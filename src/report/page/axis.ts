import type { RunResult } from '../../lab/result.ts';
import type { Instant } from '../../std/clock.ts';

const HOUR_MS = 3_600_000;
/** Each run's first event is shown at three in the morning, the hour this report is read at. */
const NIGHT_MS = 3 * HOUR_MS;
/** Labels that fit side by side on a phone. */
const INTERVALS_MAX = 4;
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((minutes) => minutes * 60_000),
);

/** The time that both runs of a scenario share, from the first event of each. */
export interface Axis {
  readonly spanMs: number;
  readonly ticks: readonly { readonly afterMs: number; readonly label: string }[];
}

/** When a run's first event was, or when it started if it has none. */
export function originOf({ startedAt, timeline, ledger }: RunResult): Instant {
  const first = [...timeline, ...ledger].reduce((least, { at }) => Math.min(least, at), Infinity);
  return first === Infinity ? startedAt : first;
}

export function axisOf(runs: readonly RunResult[]): Axis {
  const spanMs = Math.max(1, ...runs.map((run) => lastOf(run) - originOf(run)));
  const stepMs = STEPS_MS.find((step) => spanMs / step <= INTERVALS_MAX) ?? spanMs;
  const ticks = [];
  for (let afterMs = 0; afterMs <= spanMs; afterMs += stepMs) ticks.push({ afterMs, label: tickLabel(afterMs) });
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

/** The first tick is whole; behind it, `.250` within a second and `03:00:01` on it. */
function tickLabel(afterMs: number): string {
  const time = nightTime(afterMs);
  if (afterMs === 0) return time;
  return afterMs % 1_000 === 0 ? time.slice(0, -4) : time.slice(-4);
}

/** A place on the axis in percent of its length, as an SVG attribute takes it. */
export function percentOf(afterMs: number, { spanMs }: Axis): string {
  return `${Number(((100 * Math.min(Math.max(afterMs, 0), spanMs)) / spanMs).toFixed(2))}%`;
}
