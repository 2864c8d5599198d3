import { hash } from 'node:crypto';

/**
 * The hashes of an RFC 6962 §2.1 Merkle tree over SHA-256. Leaves and nodes begin with different bytes, so that no node
 * can be passed off as a leaf.
 */
export type TreeHash = Buffer;

export const HASH_BYTES = 32;

/** What a tree of no leaves hashes to. */
export const EMPTY_ROOT: TreeHash = hash('sha256', '', 'buffer');

const LEAF_PREFIX = '\u0000';
const NODE_PREFIX = 0x01;

/** SHA-256(0x00 ‖ data): a leaf that is text, as its UTF-8. */
export function leafHashOfText(text: string): TreeHash {
  return hash('sha256', LEAF_PREFIX + text, 'buffer');
}

/** SHA-256(0x01 ‖ left ‖ right) */
export function nodeHash(left: TreeHash, right: TreeHash): TreeHash {
  // Nothing else runs between filling it and hashing it, so one buffer serves every node.
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}

const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/** SHA-256(0x00 ‖ data) of many leaves: one scratch buffer serves them all. */
export class LeafHasher {
  #scratch = Buffer.alloc(64 * 1024);

  hash(data: Buffer): TreeHash {
    if (1 + data.length > this.#scratch.length) this.#scratch = Buffer.alloc(2 * (1 + data.length));
    data.copy(this.#scratch, 1);
    return hash('sha256', this.#scratch.subarray(0, 1 + data.length), 'buffer');
  }
}
