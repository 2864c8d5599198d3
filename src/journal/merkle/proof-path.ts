import { assert } from '../../std/assert.ts';
import { Frontier } from './frontier.ts';
import type { TreeHash } from './tree-hash.ts';

/** The leaves `from` (inclusive) to `to` (exclusive); their Merkle tree hash is one step of a proof. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** Whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf up: PATH of RFC 6962 §2.1.1. */
export function inclusionPath(index: number, size: number): readonly LeafRange[] {
  assert(index >= 0 && index < size, 'only what is in a tree can be proven to be');
  const path: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    [from, to] = index < middle ? [from, middle] : [middle, to];
  }
  return path.toReversed();
}

/** Whose hashes prove that the first `old` of `size` leaves are those of the tree before: PROOF of RFC 6962 §2.1.2. */
export function consistencyPath(old: number, size: number): readonly LeafRange[] {
  assert(old > 0 && old <= size, 'a tree is consistent with what it grew from');
  const path: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to > old) {
    const middle = from + splitOf(to - from);
    path.push(old <= middle ? { from: middle, to } : { from, to: middle });
    [from, to] = old <= middle ? [from, middle] : [middle, to];
  }
  // The whole of the old tree needs no hash: whoever verifies has its root.
  return from === 0 ? path.toReversed() : [{ from, to }, ...path.toReversed()];
}

/** The largest power of two below `size`: how many leaves hang on a tree's left. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The hashes of leaf ranges, computed in one go over the leaves. Memory grows with the ranges, not with the leaves. */
export class RangeHashes {
  readonly #frontiers = new Map<string, { readonly range: LeafRange; readonly frontier: Frontier }>();
  /** Those that leaves still to come fall into, the nearest last. */
  readonly #open: { readonly range: LeafRange; readonly frontier: Frontier }[];

  constructor(ranges: Iterable<LeafRange>) {
    for (const range of ranges) this.#frontiers.set(keyOf(range), { range, frontier: new Frontier() });
    this.#open = [...this.#frontiers.values()].sort((a, b) => b.range.from - a.range.from);
  }

  /** Whether any range needs this leaf. */
  wants(index: number): boolean {
    return this.#open.some(({ range }) => holds(range, index));
  }

  /** Leaf by leaf, in order; those that no range {@link wants} may be left out. */
  add(index: number, leaf: TreeHash): void {
    for (const { range, frontier } of this.#open) if (holds(range, index)) frontier.append(leaf);
  }

  /** `undefined` where leaves of it were missing. */
  of(range: LeafRange): TreeHash | undefined {
    const frontier = this.#frontiers.get(keyOf(range))?.frontier;
    return frontier?.size === range.to - range.from ? frontier.root() : undefined;
  }
}

function holds({ from, to }: LeafRange, index: number): boolean {
  return index >= from && index < to;
}

function keyOf({ from, to }: LeafRange): string {
  return `${from}-${to}`;
}
