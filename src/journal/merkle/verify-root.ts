import { hashOfLeaf, hashOfNode, hashOfNothing } from './verify-hash.ts';

/**
 * Computes a tree's root again from its leaves: RFC 6962 §2.1, by the stack of RFC 9162 §2.1.2: equal subtrees on top of it
 * become one.
 */
export class RecomputedTree {
  readonly #stack: { readonly leaves: number; readonly hash: Buffer }[] = [];

  add(data: Uint8Array): void {
    let top = { leaves: 1, hash: hashOfLeaf(data) };
    for (let below = this.#stack.at(-1); below?.leaves === top.leaves; below = this.#stack.at(-1)) {
      this.#stack.pop();
      top = { leaves: 2 * top.leaves, hash: hashOfNode(below.hash, top.hash) };
    }
    this.#stack.push(top);
  }

  /** Of all leaves so far. */
  root(): Buffer {
    const [last, ...larger] = this.#stack.toReversed();
    if (last === undefined) return hashOfNothing();
    return larger.reduce((right, { hash }) => hashOfNode(hash, right), last.hash);
  }
}
