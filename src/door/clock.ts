import type { Clock, Instant } from '../std/clock.ts';
import { machine, type TimeSources } from './machine.ts';

/**
 * The door's clock: `startsAt` (wall time) when it is made, then only the machine's monotonic counter, and never behind `notBefore`
 * (the journal's last record). A wall clock that jumps can neither refill a limit nor open a window early.
 */
export function doorClock(notBefore: Instant, startsAt?: Instant, time: TimeSources = machine): Clock {
  const anchor = Math.max(startsAt ?? time.wall(), notBefore);
  const started = time.monotonic();
  return { now: () => anchor + Math.floor(time.monotonic() - started) };
}
