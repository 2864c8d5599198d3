import { assert } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';

const INITIAL_CAPACITY = 8;

/**
 * The last N instants, to tell exactly whether N events lie in the half-open window (at − W, at].
 * O(1) per question and per event; memory grows to N and no further.
 * (The sliding window log of the rate-limiting literature; a counter or a bucket would only approximate it.)
 */
export class SlidingLog {
  readonly #limit: number;
  #ring: Float64Array;
  /** Events held, at most `limit`. */
  #size = 0;
  /** Where the next event goes. */
  #next = 0;

  constructor(limit: number) {
    assert(Number.isSafeInteger(limit) && limit >= 1, `a sliding log holds at least one event, not ${limit}`);
    this.#limit = limit;
    this.#ring = new Float64Array(Math.min(INITIAL_CAPACITY, limit));
  }

  push(at: Instant): void {
    if (this.#size === this.#ring.length && this.#size < this.#limit) this.#grow();
    this.#ring[this.#next] = at;
    this.#next = (this.#next + 1) % this.#ring.length;
    if (this.#size < this.#ring.length) this.#size += 1;
  }

  /** Whether `limit` events already lie in the window that ends at `at`. */
  full(at: Instant, windowMs: number): boolean {
    return this.#size === this.#limit && this.#oldest() > at - windowMs;
  }

  /** When a further event would fit: `at` itself, or the moment the oldest one leaves. */
  fitsAt(at: Instant, windowMs: number): Instant {
    return this.full(at, windowMs) ? this.#oldest() + windowMs : at;
  }

  /** How many lie in the window. O(log N): for displays and snapshots, not for decisions. */
  count(at: Instant, windowMs: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#nth(middle) > at - windowMs) high = middle;
      else low = middle + 1;
    }
    return this.#size - low;
  }

  /** Oldest first. */
  times(): Instant[] {
    return Array.from({ length: this.#size }, (_, index) => this.#nth(index));
  }

  static from(limit: number, times: readonly Instant[]): SlidingLog {
    const log = new SlidingLog(limit);
    const kept = times.slice(-limit);
    // At its size at once: growing to it event by event takes ten times as long, in which a door would stand still.
    log.#ring = new Float64Array(Math.min(limit, Math.max(INITIAL_CAPACITY, kept.length)));
    log.#ring.set(kept);
    log.#size = kept.length;
    log.#next = kept.length % log.#ring.length;
    return log;
  }

  #oldest(): Instant {
    return this.#nth(0);
  }

  #nth(index: number): Instant {
    const capacity = this.#ring.length;
    return this.#ring[(this.#next - this.#size + index + capacity) % capacity] as number;
  }

  #grow(): void {
    const times = this.times();
    this.#ring = new Float64Array(Math.min(this.#limit, this.#ring.length * 2));
    this.#ring.set(times);
    this.#next = times.length;
  }
}
