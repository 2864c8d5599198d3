import { Frontier } from '../../../src/journal/merkle/frontier.ts';
import { consistencyPath, inclusionPath, RangeHashes, type LeafRange } from '../../../src/journal/merkle/proof-path.ts';
import { LeafHasher, type TreeHash } from '../../../src/journal/merkle/tree-hash.ts';

/** What the journal would build of these leaves. */

const hasher = new LeafHasher();

export function bytesOf(hash: TreeHash): Buffer {
  return Buffer.from(hash, 'latin1');
}

export function leafOf(data: Buffer): TreeHash {
  return hasher.hash(data);
}

export function frontierOf(leaves: readonly Buffer[]): Frontier {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(hasher.hash(leaf));
  return frontier;
}

export function rootOf(leaves: readonly Buffer[]): Buffer {
  return bytesOf(frontierOf(leaves).root());
}

export function inclusionOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  return hashesOf(inclusionPath(index, leaves.length), leaves);
}

export function consistencyOf(old: number, leaves: readonly Buffer[]): Buffer[] {
  return hashesOf(consistencyPath(old, leaves.length), leaves);
}

function hashesOf(ranges: readonly LeafRange[], leaves: readonly Buffer[]): Buffer[] {
  const hashes = new RangeHashes(ranges);
  for (const [index, leaf] of leaves.entries()) if (hashes.wants(index)) hashes.add(index, hasher.hash(leaf));
  return ranges.map((range) => bytesOf(hashes.of(range) ?? ''));
}

/** `count` leaves that are all different. */
export function numbered(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.of(index & 0xff, index >> 8));
}
