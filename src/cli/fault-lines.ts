import { Flood } from '../control/log/flood.ts';
import type { Logger } from '../control/log/logger.ts';

/** Tells faults in the log. One that every request meets must not fill it: it is told, and then how often it came. */
export function faultLines(log: Pick<Logger, 'fault' | 'line'>, now: () => number): (error: unknown) => void {
  const flood = new Flood(now);
  return (error) =>
    flood.tell(
      () => log.fault(error),
      (count) => log.line('warn', `${count} more faults like these in that second`, { count }),
    );
}
