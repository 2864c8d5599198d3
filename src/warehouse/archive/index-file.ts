import fs from 'node:fs';
import type { Role } from '../why/archive.ts';
import { BUCKETS, bitsOf, RECORDS_MAX, ROLES, type Entries } from './entries.ts';

/**
 * The identifiers of a run of records, on disk. A look-up is two reads of a few hundred bytes.
 *
 *     8 bytes   magic
 *     4 + 4     how many records, how many mentions
 *     4 × 4097  where each bucket's mentions begin, by the first 12 bits of the hash
 *     4         nothing
 *     8 × n     the mentions, in order (see entries.ts)
 *     4 × m     where each record begins in its segment
 *
 * All numbers little-endian.
 */
const MAGIC = 'ILINDEX1';
const HEAD_BYTES = 16;
const MENTIONS_AT = HEAD_BYTES + 4 * (BUCKETS + 1) + 4;
const MENTION_BYTES = 8;
const BUCKET_SHIFT = 20;

/** A bucket of this many mentions is read whole; a larger one has an identifier in it that is mentioned everywhere. */
const READ_MAX = 2_048;

export function indexBytes(entries: Entries, offsets: Uint32Array): readonly Uint8Array[] {
  const sorted = entries.sorted();
  const words = new Uint32Array(sorted.buffer, sorted.byteOffset, sorted.length * 2);
  const buckets = new Uint32Array(BUCKETS + 2);
  for (let index = 1; index < words.length; index += 2) {
    const bucket = ((words[index] as number) >>> BUCKET_SHIFT) + 1;
    buckets[bucket] = (buckets[bucket] as number) + 1;
  }
  for (let bucket = 1; bucket <= BUCKETS; bucket += 1)
    buckets[bucket] = (buckets[bucket] as number) + (buckets[bucket - 1] as number);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(offsets.length, 8);
  head.writeUInt32LE(sorted.length, 12);
  return [head, bytesOf(buckets), bytesOf(words), bytesOf(offsets)];
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** A mention in an index: what it may be of is certain only once its record was read. */
export interface Candidate {
  /** From 0, in its part. */
  readonly record: number;
  readonly role: Role;
}

/** An index on disk, opened. */
export class IndexFile {
  readonly #fd: number;
  readonly #records: number;
  readonly #mentions: number;

  constructor(file: string) {
    this.#fd = fs.openSync(file, 'r');
    const head = this.#read(0, HEAD_BYTES);
    if (head.toString('latin1', 0, 8) !== MAGIC)
      throw new Error(`\`${file}\` is no index. Run \`interlock seal --rebuild\`.`);
    this.#records = head.readUInt32LE(8);
    this.#mentions = head.readUInt32LE(12);
  }

  /** What mentions the identifier, or another of the same hash, in the order of the records. */
  candidates(key: string): readonly Candidate[] {
    const { high, low } = bitsOf(key);
    const bucket = this.#read(HEAD_BYTES + 4 * (high >>> BUCKET_SHIFT), 8);
    let from = bucket.readUInt32LE(0);
    let until = bucket.readUInt32LE(4);
    if (until - from > READ_MAX) {
      const end = until;
      from = this.#firstAt(high, low, from, until);
      until = this.#firstAt(low === 0xf ? high + 1 : high, (low + 1) & 0xf, from, end);
    }
    const bytes = this.#read(MENTIONS_AT + from * MENTION_BYTES, (until - from) * MENTION_BYTES);
    const found: Candidate[] = [];
    for (let at = 0; at < bytes.length; at += MENTION_BYTES) {
      const word = bytes.readUInt32LE(at);
      if (bytes.readUInt32LE(at + 4) !== high || word >>> 28 !== low) continue;
      found.push({ record: word % RECORDS_MAX, role: ROLES[(word >>> 24) & 0xf] as Role });
    }
    return found.sort((a, b) => a.record - b.record);
  }

  /** Where a record begins in its segment, and where the one behind it does, `undefined` at the end of the part. */
  offsets(record: number): { readonly start: number; readonly next: number | undefined } {
    const at = MENTIONS_AT + this.#mentions * MENTION_BYTES + 4 * record;
    const bytes = this.#read(at, record + 1 < this.#records ? 8 : 4);
    return { start: bytes.readUInt32LE(0), next: bytes.length === 8 ? bytes.readUInt32LE(4) : undefined };
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  /** The first mention in [from, until) whose hash is not before these bits. */
  #firstAt(high: number, low: number, from: number, until: number): number {
    let [below, above] = [from, until];
    while (below < above) {
      const middle = (below + above) >>> 1;
      const bytes = this.#read(MENTIONS_AT + middle * MENTION_BYTES, MENTION_BYTES);
      const itsHigh = bytes.readUInt32LE(4);
      const isBefore = itsHigh < high || (itsHigh === high && bytes.readUInt32LE(0) >>> 28 < low);
      if (isBefore) below = middle + 1;
      else above = middle;
    }
    return below;
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const got = fs.readSync(this.#fd, bytes, 0, length, position);
    if (got !== length) throw new Error('An index ends early. Run `interlock seal --rebuild`.');
    return bytes;
  }
}
