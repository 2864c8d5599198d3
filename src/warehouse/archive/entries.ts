import { hash53 } from '../../std/hash53.ts';
import type { Role } from '../why/archive.ts';

/**
 * What an index holds of one mention: 64 bits, of which the first 36 are of the identifier's hash, 4 say as what it is
 * mentioned, and 24 which record of the part mentions it. Sorted, all mentions of an identifier lie together, by role, in order.
 *
 * Two identifiers of one hash are told apart by the record, which is read before anything is said of it.
 */
export const RECORDS_MAX = 2 ** 24;

/** In the order of their numbers, which stand in files: append only. */
export const ROLES: readonly Role[] = [
  'call',
  'other',
  'session',
  'subject',
  'sent',
  'answered',
  'task',
  'grant',
  'agent',
  'declared',
  'policy',
  'page',
  'person',
];

/** The first 4096th: by it the mentions are divided into buckets. */
export const BUCKETS = 4096;

/** The 36 bits of an identifier, as the upper 32 and the lower 4. */
export interface KeyBits {
  readonly high: number;
  readonly low: number;
}

export function bitsOf(key: string): KeyBits {
  const hash = mixed(hash53(key));
  return { high: Math.floor(hash / 2 ** 4), low: hash % 2 ** 4 };
}

/** 36 well-spread bits of a 53-bit hash whose own are not: similar identifiers must not share a bucket. */
function mixed(hash: number): number {
  let low = hash >>> 0;
  let high = Math.floor(hash / 2 ** 32);
  low = Math.imul(low ^ (low >>> 16) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  high = Math.imul(high ^ (low >>> 13), 0xc2b2ae35);
  low ^= high >>> 16;
  return ((high ^ (high >>> 15)) & 0xf) * 2 ** 32 + (low >>> 0);
}

/** Mentions as they are gathered: pairs of 32-bit words, the lower first, as a little-endian machine sorts 64-bit ones. */
export class Entries {
  #words = new Uint32Array(2 * 1024 * 1024);
  #length = 0;

  get count(): number {
    return this.#length / 2;
  }

  add(key: string, role: Role, record: number): void {
    if (this.#length + 2 > this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    const { high, low } = bitsOf(key);
    this.#words[this.#length] = (low * 2 ** 28 + ROLES.indexOf(role) * RECORDS_MAX + record) >>> 0;
    this.#words[this.#length + 1] = high;
    this.#length += 2;
  }

  /** All of them in order. */
  sorted(): BigUint64Array {
    return new BigUint64Array(this.#words.buffer, 0, this.count).sort();
  }
}
