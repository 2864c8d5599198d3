/** Where a kind's numbers begin, as after some years of business. */
const BEFORE_FIRST = 1_000;

/** Ids by kind: `('ord')` → `ord_1001`, `ord_1002`, … The same calls in the same order give the same ids. */
export class NumberedIds {
  readonly #last: Map<string, number>;

  constructor(last: ReadonlyMap<string, number> = new Map()) {
    this.#last = new Map(last);
  }

  next(prefix: string): string {
    const number = (this.#last.get(prefix) ?? BEFORE_FIRST) + 1;
    this.#last.set(prefix, number);
    return `${prefix}_${number}`;
  }

  /** The same numbers, to go on from here apart. */
  fork(): NumberedIds {
    return new NumberedIds(this.#last);
  }
}
