import { calendar, type Calendar } from '../../std/calendar.ts';
import type { BudgetRule } from '../../engine/guards/budget.ts';

/**
 * Micro-units spent and held, as numbers: the engine's pots without a bigint for every addition. What is reserved never
 * exceeds the budget, so as long as that is far below 2^53 every sum here is exact.
 */
export interface NumberPot {
  committed(at: number): number;
  freesAt(at: number): number;
  advance(at: number): void;
  reserve(amount: number): void;
  settle(amount: number, at: number): void;
  release(amount: number): void;
}

/** Budgets up to this are counted exactly in numbers. */
export const NUMBERS_EXACT_TO = 2 ** 51;

export function numberPots(per: BudgetRule['per']): () => NumberPot {
  if (per.kind === 'rolling') return () => new RollingNumberPot(per.ms);
  const days = calendar(per.timeZone);
  return () => new DayNumberPot(days);
}

class DayNumberPot implements NumberPot {
  readonly #calendar: Calendar;
  #dayStart = Number.MIN_SAFE_INTEGER;
  #spent = 0;
  #held = 0;

  constructor(days: Calendar) {
    this.#calendar = days;
  }

  committed(at: number): number {
    return this.#calendar(at).start === this.#dayStart ? this.#spent + this.#held : this.#held;
  }

  freesAt(at: number): number {
    return this.#calendar(at).end;
  }

  advance(at: number): void {
    const { start } = this.#calendar(at);
    if (start <= this.#dayStart) return;
    this.#dayStart = start;
    this.#spent = 0;
  }

  reserve(amount: number): void {
    this.#held += amount;
  }

  settle(amount: number, at: number): void {
    this.advance(at);
    this.#held -= amount;
    this.#spent += amount;
  }

  release(amount: number): void {
    this.#held -= amount;
  }
}

const ENTRIES_FIRST = 64;

class RollingNumberPot implements NumberPot {
  readonly #windowMs: number;
  #held = 0;
  #spent = 0;
  /** Settlements in time order, from `#head` to `#tail`; those before have left the window. */
  #times = new Float64Array(ENTRIES_FIRST);
  #amounts = new Float64Array(ENTRIES_FIRST);
  #head = 0;
  #tail = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  committed(at: number): number {
    let gone = 0;
    for (let index = this.#head; index < this.#tail; index += 1) {
      if ((this.#times[index] as number) > at - this.#windowMs) break;
      gone += this.#amounts[index] as number;
    }
    return this.#spent - gone + this.#held;
  }

  freesAt(at: number): number {
    for (let index = this.#head; index < this.#tail; index += 1) {
      const time = this.#times[index] as number;
      if (time > at - this.#windowMs) return time + this.#windowMs;
    }
    return at + this.#windowMs;
  }

  advance(at: number): void {
    for (; this.#head < this.#tail; this.#head += 1) {
      if ((this.#times[this.#head] as number) > at - this.#windowMs) break;
      this.#spent -= this.#amounts[this.#head] as number;
    }
  }

  reserve(amount: number): void {
    this.#held += amount;
  }

  settle(amount: number, at: number): void {
    this.advance(at);
    this.#held -= amount;
    if (this.#tail === this.#times.length) this.#makeRoom();
    this.#times[this.#tail] = at;
    this.#amounts[this.#tail] = amount;
    this.#tail += 1;
    this.#spent += amount;
  }

  release(amount: number): void {
    this.#held -= amount;
  }

  #makeRoom(): void {
    const live = this.#tail - this.#head;
    const size = live * 2 > this.#times.length ? this.#times.length * 2 : this.#times.length;
    const [times, amounts] = [new Float64Array(size), new Float64Array(size)];
    times.set(this.#times.subarray(this.#head, this.#tail));
    amounts.set(this.#amounts.subarray(this.#head, this.#tail));
    [this.#times, this.#amounts, this.#head, this.#tail] = [times, amounts, 0, live];
  }
}
