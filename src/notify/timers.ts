/** Calls back after a while. Passed in, so that a test can let a day pass in a moment. */
export interface Timers {
  /** Gives what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own. A retry that is due keeps no process alive. */
export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
