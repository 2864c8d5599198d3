import type { Json } from '../std/canonical-json.ts';
import { calendar, type Calendar } from '../std/calendar.ts';
import type { Instant } from '../std/clock.ts';
import { hash53 } from '../std/hash53.ts';
import { bucketsOf } from './ratio-window.ts';
import type { Window } from './window.ts';

/**
 * Distinct subjects that one rule remembers; what comes beyond them is not counted, which makes a share of them stricter.
 * A hundred thousand 53-bit numbers are a few megabytes.
 */
export const SUBJECTS_MAX = 100_000;

/**
 * How many distinct subjects were seen in a window: a lower bound, never more than there truly were. Subjects are kept as
 * hashes; two that collide count as one.
 */
export interface SubjectsSeen {
  see(subject: string, at: Instant): void;
  count(at: Instant): number;
  save(): Json;
}

export function subjectsSeen(window: Window, state?: Json): SubjectsSeen {
  return window.kind === 'day' ? new SeenToday(calendar(window.timeZone), state) : new SeenLately(window.ms, state);
}

/** In a calendar day: nothing that was seen before midnight counts after it. */
class SeenToday implements SubjectsSeen {
  readonly #calendar: Calendar;
  #dayStart: Instant;
  #seen: Set<number>;

  constructor(calendar: Calendar, state?: Json) {
    const saved = state as { dayStart: Instant; seen: number[] } | undefined;
    this.#calendar = calendar;
    this.#dayStart = saved?.dayStart ?? 0;
    this.#seen = new Set(saved?.seen);
  }

  see(subject: string, at: Instant): void {
    const { start } = this.#calendar(at);
    if (start !== this.#dayStart) {
      this.#dayStart = start;
      this.#seen = new Set();
    }
    if (this.#seen.size < SUBJECTS_MAX) this.#seen.add(hash53(subject));
  }

  count(at: Instant): number {
    return this.#calendar(at).start === this.#dayStart ? this.#seen.size : 0;
  }

  save(): Json {
    return { dayStart: this.#dayStart, seen: [...this.#seen] };
  }
}

/**
 * In a window that ends now, in buckets: a subject is forgotten somewhat too early, never late. Every subject is in the
 * bucket it was last seen in, and every bucket knows how many it has, so that a question costs a few additions.
 */
class SeenLately implements SubjectsSeen {
  readonly #widthMs: number;
  readonly #buckets: number;
  /** Subject → bucket, in two generations: what was not seen for a whole window is forgotten a generation at a time. */
  #current = new Map<number, number>();
  #previous = new Map<number, number>();
  #turnedAt = 0;
  /** Bucket → how many were last seen in it. */
  readonly #counts = new Map<number, number>();

  constructor(windowMs: number, state?: Json) {
    const { widthMs, buckets } = bucketsOf(windowMs);
    this.#widthMs = widthMs;
    this.#buckets = buckets;
    for (const [subject, bucket] of (state ?? []) as [number, number][]) this.#move(subject, bucket);
  }

  see(subject: string, at: Instant): void {
    const bucket = Math.floor(at / this.#widthMs);
    this.#turn(bucket);
    const hash = hash53(subject);
    const before = this.#bucketOf(hash);
    const isCounted = before !== undefined && this.#counts.has(before);
    if (isCounted || this.count(at) < SUBJECTS_MAX) this.#move(hash, bucket);
  }

  count(at: Instant): number {
    const oldest = Math.floor(at / this.#widthMs) - this.#buckets + 1;
    let seen = 0;
    for (const [bucket, count] of this.#counts) if (bucket >= oldest) seen += count;
    return seen;
  }

  save(): Json {
    const kept = [...new Map([...this.#previous, ...this.#current])];
    return kept.filter(([, bucket]) => this.#counts.has(bucket));
  }

  #bucketOf(subject: number): number | undefined {
    return this.#current.get(subject) ?? this.#previous.get(subject);
  }

  #move(subject: number, bucket: number): void {
    const before = this.#bucketOf(subject);
    const left = before === undefined ? undefined : this.#counts.get(before);
    if (before !== undefined && left !== undefined) this.#counts.set(before, left - 1);
    this.#current.set(subject, bucket);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  #turn(bucket: number): void {
    for (const old of this.#counts.keys()) if (old <= bucket - this.#buckets) this.#counts.delete(old);
    if (bucket < this.#turnedAt + this.#buckets) return;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAt = bucket;
  }
}
