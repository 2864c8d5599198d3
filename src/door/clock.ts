import type { Clock, Instant } from '../std/clock.ts';

/**
 * The door's clock: `startsAt` (wall time) when it is made, then only the machine's monotonic counter, and never behind `notBefore`
 * (the journal's last record). A wall clock that jumps can neither refill a limit nor open a window early.
 */
export function doorClock(notBefore: Instant, startsAt: Instant = Date.now()): Clock {
  const anchor = Math.max(startsAt, notBefore);
  const started = performance.now();
  return { now: () => anchor + Math.floor(performance.now() - started) };
}
