import type { Prng } from '../../src/std/prng.ts';

/** What reaches a disk in one piece, whatever the file system. */
const BLOCK_BYTES = 512;

/**
 * One file's bytes: as programs see them, and as far as they would survive a power failure.
 *
 * Everything is appended or written whole; so what is not on the disk yet is one piece at the end, save for what a failed
 * sync has lost: programs still see it, and no later sync will write it.
 */
export class Inode {
  #bytes = Buffer.alloc(1024);
  size = 0;
  /** The first bytes that are on the disk; behind them is what was written since. */
  durableSize = 0;
  #lost: readonly (readonly [start: number, end: number])[] = [];

  append(bytes: Buffer): void {
    const size = this.size + bytes.length;
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(size, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.size);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.size);
    this.size = size;
  }

  /**
   * Writes over what is there, and syncs: what never was on the disk is now. Before that has come to its end nothing has changed:
   * a block that was there is written over with what it holds.
   */
  rewrite(): void {
    this.#lost = [];
    this.sync();
  }

  read(start: number, end: number): Buffer {
    return Buffer.from(this.#bytes.subarray(start, Math.max(start, Math.min(end, this.size))));
  }

  /** What is surely on the disk: up to what was not written yet, or never will be. */
  durable(): Buffer {
    return this.read(0, Math.min(this.durableSize, this.#lost[0]?.[0] ?? Infinity));
  }

  sync(): void {
    this.durableSize = this.size;
  }

  /** A sync failed: the system calls the bytes clean, and has not written them. */
  failSync(): void {
    if (this.durableSize < this.size) this.#lost = [...this.#lost, [this.durableSize, this.size]];
    this.durableSize = this.size;
  }

  truncate(size: number): void {
    this.size = size;
    this.durableSize = Math.min(size, this.durableSize);
    this.#lost = this.#lost.filter(([start]) => start < size).map(([start, end]) => [start, Math.min(end, size)]);
  }

  /** What a power failure leaves: of what was not synced nothing, a part, or blocks with holes of zeros between them. */
  losePower(random: Prng): void {
    const unsynced = this.size - this.durableSize;
    if (unsynced > 0) {
      switch (random.below(4)) {
        case 0:
          this.size = this.durableSize;
          break;
        case 1:
          this.size = this.durableSize + random.below(unsynced + 1);
          break;
        case 2:
          this.#punch(random);
          break;
      }
    }
    for (const [start, end] of this.#lost) this.#bytes.fill(0, start, Math.min(end, this.size));
    const last = this.#lost.at(-1);
    if (last !== undefined && last[1] >= this.size) this.size = last[0] + random.below(this.size - last[0] + 1);
    this.#lost = [];
    this.durableSize = this.size;
  }

  /** The system may forget bytes that it calls clean. */
  evict(random: Prng): void {
    for (const [start, end] of this.#lost) if (random.below(2) === 0) this.#bytes.fill(0, start, end);
  }

  /** Blocks reach the disk in any order, and the file's new size before them. */
  #punch(random: Prng): void {
    for (let at = this.durableSize; at < this.size;) {
      const end = Math.min(this.size, at - (at % BLOCK_BYTES) + BLOCK_BYTES);
      if (random.below(2) === 0) this.#bytes.fill(0, at, end);
      at = end;
    }
  }
}
