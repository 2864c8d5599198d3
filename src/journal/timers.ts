import type { Timers } from '../std/timers.ts';

/** The event loop's own. What waits to be written keeps the process alive. */
export const eventLoop: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};
