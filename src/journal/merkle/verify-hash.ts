import { createHash } from 'node:crypto';

/** RFC 6962 §2.1's hashes, for those who verify: nothing here is shared with those who build trees. */

export const SHA256_BYTES = 32;

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

export function hashOfLeaf(data: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

export function hashOfNode(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

export function hashOfNothing(): Buffer {
  return createHash('sha256').digest();
}
