import { hashOfNode, hashOfNothing, SHA256_BYTES } from './verify-hash.ts';

/** That a tree grew from another one, whose leaves are its first. */
export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/**
 * Whether the path shows it: RFC 9162 §2.1.4.2, step by step. What it leaves out is settled here: a tree is consistent
 * with itself by an empty path, and every tree with the empty one.
 */
export function isConsistent({ oldSize, oldRoot, newSize, newRoot, path }: Consistency): boolean {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 0 || oldSize > newSize)
    return false;
  if ([oldRoot, newRoot, ...path].some(({ length }) => length !== SHA256_BYTES)) return false;
  if (oldSize === newSize) return path.length === 0 && Buffer.compare(oldRoot, newRoot) === 0;
  if (oldSize === 0) return path.length === 0 && Buffer.compare(oldRoot, hashOfNothing()) === 0;
  const hashes = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path;
  const [first, ...rest] = hashes;
  if (first === undefined || path.length === 0) return false;

  let [fn, sn] = [oldSize - 1, newSize - 1];
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)];
  let [fr, sr] = [first, first];
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [hashOfNode(c, fr), hashOfNode(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      sr = hashOfNode(sr, c);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && Buffer.compare(fr, oldRoot) === 0 && Buffer.compare(sr, newRoot) === 0;
}

function isPowerOfTwo(size: number): boolean {
  let power = 1;
  while (power < size) power *= 2;
  return power === size;
}
