import type { Faults } from './faults.ts';
import type { Written } from './written.ts';

/** What all shorthands of a policy may come to; beyond it a few lines would fill the memory. */
export const ENTRIES_MAX = 200_000;

/** Bounds what a policy expands to, before it is expanded. */
export class Quota {
  readonly #faults: Faults;
  #taken = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Whether there is room for some more routes or rules. Says so once where there is not. */
  take(entries: number, at: Written): boolean {
    const before = this.#taken;
    this.#taken += entries;
    if (before <= ENTRIES_MAX && this.#taken > ENTRIES_MAX) {
      this.#faults.error(at, `written out, the policy has more than ${ENTRIES_MAX} routes and rules from here on`);
    }
    return !this.isSpent;
  }

  /** What was expanded is not whole, and not worth checking. */
  get isSpent(): boolean {
    return this.#taken > ENTRIES_MAX;
  }
}
