import type { Timers as AllTimers } from '../std/timers.ts';

export type Timers = Pick<AllTimers, 'after'>;

/** The machine's own. A retry that is due keeps no process alive. */
export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
