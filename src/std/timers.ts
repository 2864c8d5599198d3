/** Calls back later. Passed in, never reached for, so that a simulation lets a day pass in a moment. */
export interface Timers {
  /** After a while. Gives what calls it off. */
  after(delayMs: number, run: () => void): () => void;
  /** When this turn of the event loop is over. */
  soon(run: () => void): void;
}
