import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import type { NeverWindow } from '../../policy/never.ts';
import type { Deed } from './oracle.ts';

/** The last instant before the window that ends at `at`: (since, at]. */
export type Since = (at: Instant) => Instant;

/** Made once per oracle, for a calendar is dear. */
export function sinceOf(window: NeverWindow): Since {
  if (window.kind === 'ever') return () => -Infinity;
  if (window.kind === 'rolling') return (at) => at - window.ms;
  const days = calendar(window.timeZone);
  return (at) => days(at).start - 1;
}

/** The deeds of the window that ends with the last of them, oldest first. Amortised O(1) for each. */
export class DeedWindow {
  readonly #since: Since;
  #deeds: Deed[] = [];
  /** Those before it have left. */
  #head = 0;

  constructor(since: Since) {
    this.#since = since;
  }

  /** @param left hears of each that has left the window by then */
  add(deed: Deed, left?: (gone: Deed) => void): void {
    const since = this.#since(deed.at);
    const deeds = this.#deeds;
    for (; this.#head < deeds.length; this.#head += 1) {
      const oldest = deeds[this.#head] as Deed;
      if (oldest.at > since) break;
      left?.(oldest);
    }
    if (this.#head > deeds.length / 2) {
      deeds.copyWithin(0, this.#head);
      deeds.length -= this.#head;
      this.#head = 0;
    }
    deeds.push(deed);
  }

  get size(): number {
    return this.#deeds.length - this.#head;
  }

  deeds(): readonly Deed[] {
    return this.#deeds.slice(this.#head);
  }
}
