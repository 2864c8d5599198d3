/** Milliseconds since the Unix epoch, an integer. */
export type Instant = number;

/** Where time comes from. Passed in, never reached for. INVARIANT: never decreases. */
export interface Clock {
  now(): Instant;
}

/** A clock that only its owner moves: simulations and tests. */
export class ManualClock implements Clock {
  #at: Instant;

  constructor(start: Instant) {
    this.#at = start;
  }

  now(): Instant {
    return this.#at;
  }

  advance(byMs: number): Instant {
    this.#at += Math.max(0, byMs);
    return this.#at;
  }
}
