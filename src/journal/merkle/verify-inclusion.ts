import { hashOfNode, SHA256_BYTES } from './verify-hash.ts';

/** That a leaf stands in a tree at a place. */
export interface Inclusion {
  /** The leaf's own hash. */
  readonly leaf: Uint8Array;
  /** From 0. */
  readonly index: number;
  readonly size: number;
  /** The siblings' hashes, from the leaf up. */
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the path leads from the leaf to the root: RFC 9162 §2.1.3.2, step by step. */
export function isIncluded({ leaf, index, size, path, root }: Inclusion): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  if ([leaf, root, ...path].some(({ length }) => length !== SHA256_BYTES)) return false;
  let [fn, sn] = [index, size - 1];
  let r: Uint8Array = leaf;
  for (const p of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = hashOfNode(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      r = hashOfNode(r, p);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && Buffer.compare(r, root) === 0;
}
