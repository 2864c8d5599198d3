import type { Clock, Instant } from '../std/clock.ts';
import { machine, type TimeSources } from './machine.ts';

/**
 * The door's clock: from `startsAt` on it goes by the machine's monotonic counter alone. A wall clock that jumps can neither
 * refill a limit nor open a window early.
 *
 * @param started what the counter showed at `startsAt`
 */
export function doorClock(startsAt: Instant, time: TimeSources = machine, started = time.monotonic()): Clock {
  return { now: () => startsAt + Math.floor(time.monotonic() - started) };
}
