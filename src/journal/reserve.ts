import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Disk } from './disk.ts';

/**
 * How much of the disk is kept for the day it is full: more than may wait for the disk (`PENDING_BYTES_MAX`), so that what was
 * decided before a write found no room can still be written, and then outcomes, kills, and what humans do.
 */
export const RESERVE_BYTES = 40 * 1024 * 1024;

/**
 * What a running door leaves in it: starts on a full disk, and `interlock kill` while no door runs, need a lock and a segment.
 */
export const KEPT_FOR_STARTS_BYTES = 1024 * 1024;

/** What is given back at a time, at least: every time is a pause, and what is free anyone may take. */
const PIECE_BYTES = 256 * 1024;

/** Text that no file system can make less than three quarters of; the file is this, over and over. */
const FILLER_BYTES = 1024 * 1024;

const NAME = 'reserve';
const DRAFT = `${NAME}.tmp`;

/** Whether a file could not grow because the disk, or the user's share of it, is full. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errno } = error as NodeJS.ErrnoException;
  // Node has no name for a quota's end, only the number.
  return code === 'ENOSPC' || errno === -os.constants.errno.EDQUOT;
}

/**
 * A file that holds nothing but room. It is given back to the disk piece by piece when the journal finds none, and made again
 * once there is enough. Its bytes are random, because a file system may keep nothing of zeros.
 *
 * INVARIANT: only whoever holds the journal's lock, or takes it, touches the file.
 */
export class Reserve {
  readonly #file: string;
  readonly #draft: string;
  readonly #disk: Disk;
  readonly #bytes: number;

  /** @param bytes how large it is made; 0: it is used where it is there, and never made */
  constructor(dir: string, disk: Disk, bytes: number) {
    this.#file = path.join(dir, NAME);
    this.#draft = path.join(dir, DRAFT);
    this.#disk = disk;
    this.#bytes = bytes;
  }

  /** In bytes. */
  get left(): number {
    return this.#disk.size(this.#file) ?? 0;
  }

  get isWhole(): boolean {
    return this.left >= this.#bytes;
  }

  /** Gives room for so many bytes back to the disk; `false` where it has not so much. May throw what the disk says. */
  spend(bytes: number): boolean {
    return this.#spend(bytes, KEPT_FOR_STARTS_BYTES);
  }

  /** Does a step of a start, with all of the reserve where the disk is full. The step is done again from its beginning. */
  within<Value>(step: () => Value): Value {
    for (;;) {
      try {
        return step();
      } catch (error) {
        if (!isFull(error) || !this.#spend(PIECE_BYTES, 0)) throw error;
      }
    }
  }

  /** Makes it again, whole or not at all; `false` where the disk has no room for it. */
  async refill(): Promise<boolean> {
    if (this.isWhole) return true;
    const directory = path.dirname(this.#file);
    if ((this.#disk.free?.(directory) ?? Infinity) < this.#bytes) return false;
    const filler = randomBytes((FILLER_BYTES * 3) / 4).toString('base64');
    try {
      await this.#disk.writeLater(this.#draft, filler.repeat(Math.ceil(this.#bytes / FILLER_BYTES)));
      this.#disk.rename(this.#draft, this.#file);
      this.#disk.syncDirectory(directory);
      return true;
    } catch {
      this.#disk.remove(this.#draft);
      return false;
    }
  }

  #spend(bytes: number, kept: number): boolean {
    const { left } = this;
    const size = left - Math.ceil(bytes / PIECE_BYTES) * PIECE_BYTES;
    if (size < kept) return false;
    this.#disk.truncate(this.#file, size);
    return true;
  }
}
