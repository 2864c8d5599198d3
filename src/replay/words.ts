/** A Map of V8 holds no more than 2^24 entries; from here on another one is begun. */
const SHARD_MAX = 2 ** 23;

/** Numbers for texts, from 0, in the order in which they first came. */
export class Words {
  readonly #shards: Map<string, number>[] = [new Map()];
  readonly #texts: string[] = [];

  /** @param first texts that have the first numbers */
  constructor(...first: readonly string[]) {
    for (const text of first) this.id(text);
  }

  get size(): number {
    return this.#texts.length;
  }

  id(text: string): number {
    const known = this.find(text);
    if (known !== undefined) return known;
    let shard = this.#shards.at(-1) as Map<string, number>;
    if (shard.size >= SHARD_MAX) this.#shards.push((shard = new Map()));
    const id = this.#texts.length;
    shard.set(text, id);
    this.#texts.push(text);
    return id;
  }

  find(text: string): number | undefined {
    for (const shard of this.#shards) {
      const id = shard.get(text);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  text(id: number): string {
    return this.#texts[id] as string;
  }

  texts(): readonly string[] {
    return this.#texts;
  }
}

/** Many short texts by row, in one piece of memory: a string of V8 costs three times as much. */
export class TextColumn {
  #bytes = Buffer.alloc(1024);
  #ends = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(text: string): void {
    const start = this.#start(this.#size);
    // UTF-8 takes at most three bytes for a unit of UTF-16.
    if (start + 3 * text.length > this.#bytes.length) {
      const bytes = Buffer.alloc(Math.max(this.#bytes.length * 2, start + 3 * text.length));
      this.#bytes.copy(bytes, 0, 0, start);
      this.#bytes = bytes;
    }
    if (this.#size === this.#ends.length) {
      const ends = new Float64Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#size] = start + this.#bytes.write(text, start);
    this.#size += 1;
  }

  get(row: number): string {
    return this.#bytes.toString('utf8', this.#start(row), this.#ends[row]);
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] as number);
  }
}
