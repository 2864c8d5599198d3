import { assert } from '../../std/assert.ts';
import { bytesMax, textOf, writeText } from './text-bytes.ts';
import type { TextBytes } from './words.ts';

/**
 * So many places are looked at for a word. Agents choose subjects and keys: words made to share one hash must not make every
 * look-up a search, so what finds no place goes into a Map, whose hash nobody knows.
 */
const PROBES_MAX = 64;

/**
 * Numbers for texts as `Words` gives them, for millions of them: the texts lie in one piece of memory, and are strings only while
 * somebody looks at one. Two that join are joined byte by byte.
 */
export class LargeWords {
  #bytes = Buffer.alloc(1024);
  #ends = new Float64Array(64);
  #hashes = new Uint32Array(64);
  /** Numbers, one more each, by hash; 0: nothing. */
  #table = new Uint32Array(256);
  readonly #crowded = new Map<string, number>();
  #size = 0;

  /** @param first texts that have the first numbers */
  constructor(...first: readonly string[]) {
    for (const text of first) this.id(text);
  }

  get size(): number {
    return this.#size;
  }

  id(text: string): number {
    return this.#placed(this.#written(text));
  }

  find(text: string): number | undefined {
    const start = this.#start(this.#size);
    const end = this.#written(text);
    return this.#known(start, end, hashOf(this.#bytes, start, end));
  }

  text(id: number): string {
    return textOf(this.#bytes, this.#start(id), this.#ends[id] as number);
  }

  /** Its texts' bytes one after the other, and where each ends. */
  whole(): TextBytes {
    return { bytes: this.#bytes.subarray(0, this.#start(this.#size)), ends: this.#ends.subarray(0, this.#size) };
  }

  /** Takes in the words of another one, in their order: the number here of each of them. */
  join({ bytes, ends }: TextBytes): Uint32Array {
    const ids = new Uint32Array(ends.length);
    this.#reserve(ends.length, bytes.length);
    let from = 0;
    for (let word = 0; word < ends.length; word += 1) {
      const until = ends[word] as number;
      const start = this.#start(this.#size);
      const own = this.#bytes;
      for (let at = from, to = start; at < until; at += 1, to += 1) own[to] = bytes[at] as number;
      ids[word] = this.#placed(start + until - from);
      from = until;
    }
    return ids;
  }

  /** Writes a text behind the last one, where it stays only if it is new. */
  #written(text: string): number {
    const start = this.#start(this.#size);
    this.#demand(start + bytesMax(text));
    return writeText(this.#bytes, text, start);
  }

  /** The number of the word that ends there, behind the last one: a new one, or the known one that it is. */
  #placed(end: number): number {
    const start = this.#start(this.#size);
    const hash = hashOf(this.#bytes, start, end);
    const known = this.#known(start, end, hash);
    if (known !== undefined) return known;
    const id = this.#size;
    if (id === this.#ends.length) {
      this.#ends = grown(this.#ends, new Float64Array(id * 2));
      this.#hashes = grown(this.#hashes, new Uint32Array(id * 2));
    }
    assert(id < 2 ** 32 - 2, 'a dictionary has fewer words than there are numbers for them');
    this.#ends[id] = end;
    this.#hashes[id] = hash;
    this.#size = id + 1;
    if (this.#size * 2 > this.#table.length) this.#widen(this.#table.length * 4);
    else this.#insert(id);
    return id;
  }

  #known(start: number, end: number, hash: number): number | undefined {
    const table = this.#table;
    const mask = table.length - 1;
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const id = (table[(hash + probe) & mask] as number) - 1;
      if (id === -1) break;
      if (this.#hashes[id] === hash && this.#equals(id, start, end)) return id;
    }
    return this.#crowded.size === 0 ? undefined : this.#crowded.get(this.#bytes.toString('latin1', start, end));
  }

  #insert(id: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = this.#hashes[id] as number;
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const place = (hash + probe) & mask;
      if (table[place] !== 0) continue;
      table[place] = id + 1;
      return;
    }
    this.#crowded.set(this.#bytes.toString('latin1', this.#start(id), this.#ends[id]), id);
  }

  /** Makes room for so many more at once: growing by and by places every word anew each time. */
  #reserve(words: number, bytes: number): void {
    const size = this.#size + words;
    this.#demand(this.#start(this.#size) + bytes);
    if (size > this.#ends.length) {
      const length = Math.max(size, this.#ends.length * 2);
      this.#ends = grown(this.#ends, new Float64Array(length));
      this.#hashes = grown(this.#hashes, new Uint32Array(length));
    }
    let places = this.#table.length;
    while (places < size * 2) places *= 2;
    if (places > this.#table.length) this.#widen(places);
  }

  #widen(places: number): void {
    this.#table = new Uint32Array(places);
    this.#crowded.clear();
    for (let id = 0; id < this.#size; id += 1) this.#insert(id);
  }

  #equals(id: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = this.#start(id);
    if ((this.#ends[id] as number) - at !== end - start) return false;
    for (let other = start; other < end; other += 1, at += 1) if (bytes[at] !== bytes[other]) return false;
    return true;
  }

  #demand(length: number): void {
    if (length <= this.#bytes.length) return;
    const bytes = Buffer.alloc(Math.max(this.#bytes.length * 2, length));
    this.#bytes.copy(bytes, 0, 0, this.#start(this.#size));
    this.#bytes = bytes;
  }

  #start(id: number): number {
    return id === 0 ? 0 : (this.#ends[id - 1] as number);
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function grown<Array extends Float64Array | Uint32Array>(from: Array, to: Array): Array {
  to.set(from);
  return to;
}
