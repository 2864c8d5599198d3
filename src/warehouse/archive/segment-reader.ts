import fs from 'node:fs';
import { ChainHasher, claimedHash, TAIL_BYTES } from '../../journal/chain.ts';
import type { Recorded } from '../../journal/entry.ts';
import { JournalDamaged } from '../../journal/errors.ts';

/** Files that are held open: a look-up opens a few. */
const OPEN_MAX = 64;

/** Single records by their places: one read each, and checked against the hash of the line before, which comes with it. */
export class SegmentReader {
  readonly #open = new Map<string, number>();
  readonly #hasher = new ChainHasher();

  /**
   * The record in [start, end) of a segment, `end` behind its line feed.
   *
   * @param before the hash before the segment's first line
   * @throws JournalDamaged where these bytes are not what was chained there
   */
  record(file: string, start: number, end: number, before: string): Recorded {
    const from = Math.max(0, start - TAIL_BYTES - 1);
    const bytes = this.#read(file, from, end);
    const line = bytes.subarray(start - from, -1);
    const previous = start === 0 ? before : claimedHash(bytes.subarray(0, start - from - 1));
    const claimed = claimedHash(line);
    if (previous === undefined || claimed === undefined || this.#hasher.expected(previous, line) !== claimed)
      throw new JournalDamaged(file, start, 'the hash does not match');
    return JSON.parse(line.toString()) as Recorded;
  }

  close(): void {
    for (const fd of this.#open.values()) fs.closeSync(fd);
    this.#open.clear();
  }

  #read(file: string, start: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafe(end - start);
    const got = fs.readSync(this.#opened(file), bytes, 0, bytes.length, start);
    return bytes.subarray(0, got);
  }

  #opened(file: string): number {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    const oldest = this.#open.entries().next();
    if (this.#open.size >= OPEN_MAX && oldest.done !== true) {
      fs.closeSync(oldest.value[1]);
      this.#open.delete(oldest.value[0]);
    }
    const fd = fs.openSync(file, 'r');
    this.#open.set(file, fd);
    return fd;
  }
}
