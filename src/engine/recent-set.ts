import { assert } from '../std/assert.ts';

/**
 * A set of texts that remembers at least the last `capacity` different ones, and never more than twice as many.
 * Two sets in turn, so that forgetting costs nothing at the time: when one is full, the one before it goes as a whole.
 */
export class RecentSet {
  readonly #capacity: number;
  #current = new Set<string>();
  #previous: ReadonlySet<string> = new Set<string>();

  constructor(capacity: number) {
    assert(Number.isSafeInteger(capacity) && capacity >= 1, `a set remembers at least one text, not ${capacity}`);
    this.#capacity = capacity;
  }

  /** A text that is added again counts as new: what is in use stays. */
  add(text: string): void {
    if (this.#current.has(text)) return;
    if (this.#current.size >= this.#capacity) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(text);
  }

  has(text: string): boolean {
    return this.#current.has(text) || this.#previous.has(text);
  }

  /** The older generation and the newer, each in the order they came. */
  generations(): readonly [readonly string[], readonly string[]] {
    return [[...this.#previous], [...this.#current]];
  }

  static from(capacity: number, [previous, current]: readonly [readonly string[], readonly string[]]): RecentSet {
    const set = new RecentSet(capacity);
    set.#previous = new Set(previous);
    set.#current = new Set(current);
    return set;
  }
}
