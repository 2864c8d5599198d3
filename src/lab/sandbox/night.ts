import type { Clock } from '../../std/clock.ts';

/** When every run begins: three in the morning, so that timelines read as the night they warn of. */
export const NIGHT_STARTS_AT = Date.parse('2026-01-15T03:00:00Z');

/** The night's clock: begins at {@link NIGHT_STARTS_AT} now and runs in real time. */
export function nightClock(): Clock {
  const started = performance.now();
  return { now: () => NIGHT_STARTS_AT + Math.floor(performance.now() - started) };
}
