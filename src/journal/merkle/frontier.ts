import { assert } from '../../std/assert.ts';
import { EMPTY_ROOT, fromBase64, nodeHash, toBase64, type TreeHash } from './tree-hash.ts';

/** A frontier as JSON: how many leaves, and the hash (base64) of each full subtree they fall into, the largest first. */
export interface FrontierJson {
  readonly size: number;
  readonly hashes: readonly string[];
}

/**
 * All that must be remembered of a tree to let it grow: one hash for each full subtree, so at most one for each bit of its
 * size. (A compact range from 0, as Trillian calls it.)
 */
export class Frontier {
  #size = 0;
  /** By the subtree's height: there where the size has that bit. */
  readonly #hashes: (TreeHash | undefined)[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: TreeHash): void {
    let carried = leaf;
    let height = 0;
    for (let full = this.#hashes[0]; full !== undefined; full = this.#hashes[height]) {
      carried = nodeHash(full, carried);
      this.#hashes[height] = undefined;
      height += 1;
    }
    this.#hashes[height] = carried;
    this.#size += 1;
  }

  /** The root: the smaller subtrees hang to the right of the larger ones. */
  root(): TreeHash {
    let right: TreeHash | undefined;
    for (const full of this.#hashes) {
      if (full !== undefined) right = right === undefined ? full : nodeHash(full, right);
    }
    return right ?? EMPTY_ROOT;
  }

  save(): FrontierJson {
    const hashes = this.#hashes.flatMap((hash) => hash ?? []).toReversed();
    return { size: this.#size, hashes: hashes.map(toBase64) };
  }

  /** Throws where the JSON is no frontier's. */
  static load({ size, hashes }: FrontierJson): Frontier {
    const frontier = new Frontier();
    const smallestFirst = hashes.map(fromBase64).toReversed();
    assert(Number.isSafeInteger(size) && size >= 0, 'a frontier has a size');
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
      const full = rest % 2 === 1 ? smallestFirst.shift() : undefined;
      assert(rest % 2 === 0 || full !== undefined, 'a frontier has a hash for each bit of its size');
      frontier.#hashes.push(full);
    }
    assert(smallestFirst.length === 0, 'a frontier has no other hashes');
    frontier.#size = size;
    return frontier;
  }
}
