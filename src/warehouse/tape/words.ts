import { bytesMax, textOf, writeText } from './text-bytes.ts';

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

  /** Its texts' bytes one after the other, and where each ends. */
  whole(): TextBytes {
    const bytes = Buffer.alloc(this.#texts.reduce((sum, text) => sum + bytesMax(text), 0));
    const ends = new Float64Array(this.size);
    let end = 0;
    for (const [id, text] of this.#texts.entries()) ends[id] = end = writeText(bytes, text, end);
    return { bytes: bytes.subarray(0, end), ends };
  }

  /** Takes in the words of another one, in their order: the number here of each of them. */
  join({ bytes, ends }: TextBytes): Uint32Array {
    let start = 0;
    return Uint32Array.from(ends, (end) => {
      const id = this.id(textOf(bytes, start, end));
      start = end;
      return id;
    });
  }
}

/** Texts as bytes, one after the other, and where each ends. */
export interface TextBytes {
  readonly bytes: Buffer;
  readonly ends: Float64Array;
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
    this.#demand(start + bytesMax(text));
    if (this.#size === this.#ends.length) {
      const ends = new Float64Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#size] = writeText(this.#bytes, text, start);
    this.#size += 1;
  }

  /** Takes in the texts of another one: their bytes, and where each ends. */
  join({ bytes, ends }: TextBytes): void {
    const start = this.#start(this.#size);
    this.#demand(start + bytes.length);
    this.#bytes.set(bytes, start);
    const size = this.#size + ends.length;
    if (size > this.#ends.length) {
      const larger = new Float64Array(Math.max(this.#ends.length * 2, size));
      larger.set(this.#ends.subarray(0, this.#size));
      this.#ends = larger;
    }
    for (let row = 0, to = this.#size; row < ends.length; row += 1, to += 1)
      this.#ends[to] = start + (ends[row] as number);
    this.#size = size;
  }

  whole(): TextBytes {
    return { bytes: this.#bytes.subarray(0, this.#start(this.#size)), ends: this.#ends.subarray(0, this.#size) };
  }

  get(row: number): string {
    return textOf(this.#bytes, this.#start(row), this.#ends[row] as number);
  }

  #demand(length: number): void {
    if (length <= this.#bytes.length) return;
    const bytes = Buffer.alloc(Math.max(this.#bytes.length * 2, length));
    this.#bytes.copy(bytes, 0, 0, this.#start(this.#size));
    this.#bytes = bytes;
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] as number);
  }
}
