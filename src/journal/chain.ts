import { hash } from 'node:crypto';
import type { Entry } from './entry.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * The form of a journal line, and the chain that binds it to every line before it.
 *
 *     {"seq":7,"synced":true,"kind":"note",…,"hash":"<64 hex digits>"}\n
 *
 * `hash` is SHA-256 over the previous line's hash (as its 64 ASCII digits) and this line's bytes up to, not including,
 * `,"hash":`. So one hash stands for everything before it: no byte can change, move or go without every later hash changing.
 */

/** What the first line takes for the hash before it. */
export const GENESIS_HASH = '0'.repeat(64);

/** `,"hash":"` + 64 digits + `"}`: how every line ends, without its line feed. */
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
export const TAIL_BYTES = 75;

/**
 * The longest line, line feed included. The door's bodies are bounded far below; JSON escapes grow a byte to six at most.
 * A reader may therefore give up on a longer one: it is damage.
 */
export const LINE_BYTES_MAX = 32 * 1024 * 1024;

/** Stands behind `seq` in a line that begins a batch: what is before it was acknowledged, so no crash can have taken it. */
export const SYNCED = '"synced":true,';

/** A line ready to be written. */
export interface Sealed {
  readonly hash: string;
  /** The whole line, with its line feed. */
  readonly line: string;
}

/**
 * `entry` as line number `seq`, chained to the line whose hash is `previous`.
 *
 * @param synced whether everything before it will be on the disk when this line is written: it is the first of its batch
 */
export function seal(previous: string, seq: number, entry: Entry, synced = false): Sealed {
  // JSON.stringify escapes lone surrogates, so this text and its UTF-8 bytes are the same thing.
  const members = withoutSecrets(`{"seq":${seq},${synced ? SYNCED : ''}${JSON.stringify(entry).slice(1, -1)}`);
  const digest = hash('sha256', previous + members);
  return { hash: digest, line: `${members},"hash":"${digest}"}\n` };
}

/** The hash that a line's bytes (without line feed) claim, or `undefined` where they do not end as a line does. */
export function claimedHash(line: Buffer): string | undefined {
  return TAIL.exec(line.toString('latin1', Math.max(0, line.length - TAIL_BYTES)))?.[1];
}

/** Computes what a line's hash should be. One scratch buffer serves all lines, so nothing is allocated per line. */
export class ChainHasher {
  #scratch = Buffer.allocUnsafe(64 * 1024);

  /** `line`: the bytes of a whole line, without its line feed. */
  expected(previous: string, line: Buffer): string {
    const bytes = GENESIS_HASH.length + line.length - TAIL_BYTES;
    if (bytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(bytes * 2);
    this.#scratch.write(previous, 'latin1');
    line.copy(this.#scratch, GENESIS_HASH.length, 0, line.length - TAIL_BYTES);
    return hash('sha256', this.#scratch.subarray(0, bytes));
  }
}
