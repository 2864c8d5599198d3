import { calendar, type Calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import type { Micros } from '../../std/money.ts';
import type { Window } from '../../engine/window.ts';
import type { Deed } from './oracle.ts';

/** What was spent against one budget, by when the calls were let through. */
export interface Spent {
  /** The deeds of a window that comes to more than `max` by this one, which is the last of them; `undefined`: none does. */
  add(deed: Deed, at: Instant, micros: Micros): readonly Deed[] | undefined;
}

interface Item {
  readonly deed: Deed;
  readonly at: Instant;
  readonly micros: Micros;
}

export function newSpent(per: Window, max: Micros): Spent {
  return per.kind === 'day' ? new DaySpent(calendar(per.timeZone), max) : new RollingSpent(per.ms, max);
}

class DaySpent implements Spent {
  readonly #calendar: Calendar;
  readonly #max: Micros;
  readonly #days = new Map<Instant, { sum: Micros; readonly deeds: Deed[] }>();

  constructor(days: Calendar, max: Micros) {
    this.#calendar = days;
    this.#max = max;
  }

  add(deed: Deed, at: Instant, micros: Micros): readonly Deed[] | undefined {
    const { start } = this.#calendar(at);
    let day = this.#days.get(start);
    if (day === undefined) this.#days.set(start, (day = { sum: 0n, deeds: [] }));
    day.deeds.push(deed);
    day.sum += micros;
    return day.sum > this.#max ? [...day.deeds] : undefined;
  }
}

/**
 * Any window (at − W, at]. A call whose work is done late is entered where it was let through: rare, and dear; one in order
 * is amortised O(1).
 */
class RollingSpent implements Spent {
  readonly #windowMs: number;
  readonly #max: Micros;
  /** In the order of their times. */
  readonly #items: Item[] = [];
  /** The window that ends with the last: where it begins, and its sum. */
  #head = 0;
  #sum: Micros = 0n;

  constructor(windowMs: number, max: Micros) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  add(deed: Deed, at: Instant, micros: Micros): readonly Deed[] | undefined {
    const items = this.#items;
    const last = items.at(-1);
    const item: Item = { deed, at, micros };
    if (last !== undefined && at < last.at) return this.#insert(item);
    items.push(item);
    this.#sum += micros;
    for (; (items[this.#head] as Item).at <= at - this.#windowMs; this.#head += 1)
      this.#sum -= (items[this.#head] as Item).micros;
    return this.#sum > this.#max ? items.slice(this.#head).map((one) => one.deed) : undefined;
  }

  #insert(item: Item): readonly Deed[] | undefined {
    const items = this.#items;
    items.splice(items.findLastIndex(({ at }) => at <= item.at) + 1, 0, item);
    let found: readonly Item[] | undefined;
    [this.#head, this.#sum] = [0, 0n];
    for (const [index, { at, micros }] of items.entries()) {
      this.#sum += micros;
      for (; (items[this.#head] as Item).at <= at - this.#windowMs; this.#head += 1)
        this.#sum -= (items[this.#head] as Item).micros;
      const holdsIt = at >= item.at && at < item.at + this.#windowMs;
      if (holdsIt && this.#sum > this.#max) found ??= items.slice(this.#head, index + 1);
    }
    return found && [...found.filter((one) => one !== item), item].map(({ deed }) => deed);
  }
}
