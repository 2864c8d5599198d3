/** Lines of one kind that are told in one second; the others are counted. */
export const LINES_TOLD_PER_SECOND = 10;

/** A loop of an agent's must not fill the log: so many lines a second, and then how many more there were. */
export class Flood {
  readonly #now: () => number;
  #second = 0;
  #told = 0;
  #silent = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Tells this one, unless there were too many. `more` hears of those that went untold in a second before. */
  tell(one: () => void, more: (count: number) => void): void {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) {
      const silent = this.#silent;
      [this.#second, this.#told, this.#silent] = [second, 0, 0];
      if (silent > 0) more(silent);
    }
    if (this.#told >= LINES_TOLD_PER_SECOND) {
      this.#silent += 1;
      return;
    }
    this.#told += 1;
    one();
  }
}
