import type { Json } from '../std/canonical-json.ts';
import type { Calendar } from '../std/calendar.ts';
import type { Instant } from '../std/clock.ts';
import type { Micros } from '../std/money.ts';

/**
 * Money spent and held against one budget.
 *
 * INVARIANT: whatever took effect inside the window before its end was recorded counts in it, and so does all that is under
 * way. So money held when a window turns is carried into the new one, and money settled counts from the moment its end was
 * recorded, never from when it was reserved. That the door gave up waiting is such an end (decision 0002): the money counts as
 * spent then, in the window of that moment. A business that acts later still, after the window has turned, is counted in the
 * one before; no pot can know of it.
 */
export interface Pot {
  /** Spent and held in the window that holds `at`. Changes nothing. */
  committed(at: Instant): Micros;
  /** The first moment at which something committed could leave. */
  freesAt(at: Instant): Instant;
  /** Forgets what has left the window. Amortised O(1). */
  advance(at: Instant): void;
  reserve(amount: Micros): void;
  settle(amount: Micros, at: Instant): void;
  release(amount: Micros): void;
  save(): Json;
}

/** A calendar day in a time zone. */
export class DayPot implements Pot {
  readonly #calendar: Calendar;
  #dayStart: Instant;
  #spent: Micros;
  #held: Micros;

  constructor(calendar: Calendar, state?: Json) {
    this.#calendar = calendar;
    const saved = state as { dayStart: Instant; spent: string; held: string } | undefined;
    this.#dayStart = saved?.dayStart ?? BEFORE_ANY_DAY;
    this.#spent = BigInt(saved?.spent ?? 0);
    this.#held = BigInt(saved?.held ?? 0);
  }

  committed(at: Instant): Micros {
    return this.#calendar(at).start === this.#dayStart ? this.#spent + this.#held : this.#held;
  }

  freesAt(at: Instant): Instant {
    return this.#calendar(at).end;
  }

  advance(at: Instant): void {
    const { start } = this.#calendar(at);
    if (start <= this.#dayStart) return;
    this.#dayStart = start;
    this.#spent = 0n;
  }

  reserve(amount: Micros): void {
    this.#held += amount;
  }

  settle(amount: Micros, at: Instant): void {
    this.advance(at);
    this.#held -= amount;
    this.#spent += amount;
  }

  release(amount: Micros): void {
    this.#held -= amount;
  }

  save(): Json {
    return { dayStart: this.#dayStart, spent: String(this.#spent), held: String(this.#held) };
  }
}

/** Days may begin before 1970, where a clock is wrong and the zone is east of Greenwich. */
const BEFORE_ANY_DAY: Instant = Number.MIN_SAFE_INTEGER;

interface Settlement {
  readonly at: Instant;
  readonly amount: Micros;
}

/** A window of fixed length that ends now: (at − W, at]. */
export class RollingPot implements Pot {
  readonly #windowMs: number;
  #held: Micros;
  #spent = 0n;
  /** Settlements in time order; those before `#head` have left the window. */
  #entries: Settlement[] = [];
  #head = 0;

  constructor(windowMs: number, state?: Json) {
    this.#windowMs = windowMs;
    const saved = state as { held: string; entries: [Instant, string][] } | undefined;
    this.#held = BigInt(saved?.held ?? 0);
    for (const [at, amount] of saved?.entries ?? []) this.#enter(BigInt(amount), at);
  }

  committed(at: Instant): Micros {
    let gone = 0n;
    for (let index = this.#head; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index] as Settlement;
      if (entry.at > at - this.#windowMs) break;
      gone += entry.amount;
    }
    return this.#spent - gone + this.#held;
  }

  freesAt(at: Instant): Instant {
    const live = this.#entries.find((entry) => entry.at > at - this.#windowMs);
    return (live?.at ?? at) + this.#windowMs;
  }

  advance(at: Instant): void {
    for (; this.#head < this.#entries.length; this.#head += 1) {
      const entry = this.#entries[this.#head] as Settlement;
      if (entry.at > at - this.#windowMs) break;
      this.#spent -= entry.amount;
    }
    // Amortised O(1): the dead half is dropped once it is the larger one.
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  reserve(amount: Micros): void {
    this.#held += amount;
  }

  settle(amount: Micros, at: Instant): void {
    this.advance(at);
    this.#held -= amount;
    this.#enter(amount, at);
  }

  release(amount: Micros): void {
    this.#held -= amount;
  }

  save(): Json {
    const live = this.#entries.slice(this.#head).map(({ at, amount }): Json => [at, String(amount)]);
    return { held: String(this.#held), entries: live };
  }

  #enter(amount: Micros, at: Instant): void {
    this.#entries.push({ at, amount });
    this.#spent += amount;
  }
}
