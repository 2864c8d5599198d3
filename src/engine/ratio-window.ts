import { assert } from '../std/assert.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';

/** Into how many buckets a window is cut, at most: an outcome leaves it at most two buckets' width too early, never late. */
export const BUCKETS_MAX = 60;

/** How a window is cut: `buckets` whole ones of `widthMs` fit into it. */
export function bucketsOf(windowMs: number): { readonly widthMs: number; readonly buckets: number } {
  const widthMs = Math.ceil(windowMs / BUCKETS_MAX);
  return { widthMs, buckets: Math.floor(windowMs / widthMs) };
}

/** Outcomes of a window: how many, and how many of them were bad. */
export interface Ratio {
  readonly total: number;
  readonly bad: number;
}

/**
 * How many outcomes a sliding window holds, and how many of them were bad, counted in buckets that begin at whole
 * multiples of their width. For statistics, which need no edge to the millisecond; what must never be exceeded is counted
 * by `SlidingLog`. Memory and every question are O({@link BUCKETS_MAX}), whatever the traffic.
 */
export class RatioWindow {
  readonly #widthMs: number;
  readonly #buckets: number;
  /** The bucket that each slot holds now; a slot whose bucket has left the window counts for nothing. */
  readonly #bucket = new Float64Array(BUCKETS_MAX).fill(-1);
  readonly #total = new Float64Array(BUCKETS_MAX);
  readonly #bad = new Float64Array(BUCKETS_MAX);

  constructor(withinMs: number) {
    assert(withinMs >= 1, `a window has a length, not ${withinMs} ms`);
    const { widthMs, buckets } = bucketsOf(withinMs);
    this.#widthMs = widthMs;
    this.#buckets = buckets;
  }

  add(at: Instant, bad: boolean): void {
    this.#put(this.#bucketOf(at), 1, bad ? 1 : 0);
  }

  count(at: Instant): Ratio {
    const oldest = this.#bucketOf(at) - this.#buckets + 1;
    let total = 0;
    let bad = 0;
    for (let slot = 0; slot < BUCKETS_MAX; slot += 1) {
      if ((this.#bucket[slot] as number) < oldest) continue;
      total += this.#total[slot] as number;
      bad += this.#bad[slot] as number;
    }
    return { total, bad };
  }

  clear(): void {
    this.#bucket.fill(-1);
  }

  save(): Json {
    const rows = Array.from(this.#bucket, (bucket, slot): number[] => [
      bucket,
      this.#total[slot] as number,
      this.#bad[slot] as number,
    ]);
    return rows.filter(([bucket]) => bucket !== -1);
  }

  load(state: Json): void {
    for (const [bucket, total, bad] of state as [number, number, number][]) this.#put(bucket, total, bad);
  }

  #bucketOf(at: Instant): number {
    return Math.floor(at / this.#widthMs);
  }

  #put(bucket: number, total: number, bad: number): void {
    const slot = bucket % BUCKETS_MAX;
    if (this.#bucket[slot] !== bucket) {
      this.#bucket[slot] = bucket;
      this.#total[slot] = 0;
      this.#bad[slot] = 0;
    }
    (this.#total[slot] as number) += total;
    (this.#bad[slot] as number) += bad;
  }
}
