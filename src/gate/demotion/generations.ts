/**
 * What was put in last, in two generations: at least the last `most` entries, at most twice as many. Forgetting a whole
 * generation costs nothing per entry. What is put in again is young again.
 */
export class Generations<Key, Value> {
  readonly #most: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Gives what was forgotten for it; nothing mostly. */
  put(key: Key, value: Value): Iterable<Value> {
    this.#old.delete(key);
    this.#young.set(key, value);
    return this.#young.size >= this.#most ? this.turn() : NOTHING;
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Forgets the older generation now, and gives it. */
  turn(): Iterable<Value> {
    const forgotten = this.#old;
    this.#old = this.#young;
    this.#young = new Map();
    return forgotten.values();
  }
}

const NOTHING: readonly never[] = [];
