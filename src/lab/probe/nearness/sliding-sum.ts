import type { Calendar } from '../../../std/calendar.ts';
import type { Instant } from '../../../std/clock.ts';

/** How far back a sum goes: (at − ms, at], and never over the midnight of one of the calendars. */
export interface Span {
  readonly ms: number;
  readonly calendars: readonly Calendar[];
}

/** The sum of what happened lately. Times never decrease. What it does for one happening does not grow with those before it. */
export class SlidingSum {
  readonly #span: Span;
  readonly #times: Instant[] = [];
  readonly #amounts: bigint[] = [];
  #from = 0;
  #sum = 0n;

  constructor(span: Span) {
    this.#span = span;
  }

  /** Adds what happens at `at`, and gives the sum that it belongs to. */
  add(at: Instant, amount: bigint): bigint {
    const { ms, calendars } = this.#span;
    let since = at - ms + 1;
    for (const calendar of calendars) since = Math.max(since, calendar(at).start);
    while (this.#from < this.#times.length && (this.#times[this.#from] as Instant) < since) {
      this.#sum -= this.#amounts[this.#from] as bigint;
      this.#from += 1;
    }
    this.#times.push(at);
    this.#amounts.push(amount);
    this.#sum += amount;
    return this.#sum;
  }
}
