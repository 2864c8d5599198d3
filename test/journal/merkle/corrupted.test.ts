import { describe, expect, test } from 'vitest';
import { isConsistent, type Consistency } from '../../../src/journal/merkle/verify-consistency.ts';
import { hashOfLeaf } from '../../../src/journal/merkle/verify-hash.ts';
import { isIncluded, type Inclusion } from '../../../src/journal/merkle/verify-inclusion.ts';
import { CONSISTENCIES, INCLUSIONS, LEAVES, ROOTS } from './vectors.ts';

const hex = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'hex');
const STRANGER = Buffer.alloc(32, 0xab);

/** Every copy of `bytes` with one bit turned. */
function flips(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    return copy;
  });
}

/** What a path becomes when somebody tampers with it as a whole, or with any bit of it. */
function* tampered(path: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  for (const [at, hash] of path.entries()) {
    for (const flipped of flips(hash)) yield path.with(at, flipped);
    yield path.toSpliced(at, 1);
    yield path.toSpliced(at, 1, hash.subarray(1));
    yield path.toSpliced(at, 1, Buffer.concat([hash, hash]));
    for (let other = at + 1; other < path.length; other += 1) {
      yield path.with(at, path[other] as Uint8Array).with(other, hash);
    }
  }
  for (let at = 0; at <= path.length; at += 1) {
    yield path.toSpliced(at, 0, STRANGER);
    yield path.toSpliced(at, 0, Buffer.alloc(0));
  }
}

describe.each(INCLUSIONS)('a proof of leaf $index in $size is refused', ({ index, size, path }) => {
  const leaf = hashOfLeaf(hex(LEAVES[index]));
  const proof: Inclusion = { leaf, index, size, path: path.map(hex), root: hex(ROOTS[size]) };
  const refused = (changed: Partial<Inclusion>): void => expect(isIncluded({ ...proof, ...changed })).toBe(false);

  test('unless it is whole', () => {
    expect(isIncluded(proof)).toBe(true);
  });

  test('with any bit flipped, a hash gone, added, swapped, cut or doubled', () => {
    for (const path of tampered(proof.path)) refused({ path });
  });

  test('of any other leaf, or under any other root', () => {
    for (const leaf of [...flips(proof.leaf), STRANGER, Buffer.alloc(0)]) refused({ leaf });
    for (const root of [...flips(proof.root), STRANGER, Buffer.alloc(0)]) refused({ root });
  });

  test('at any other index', () => {
    for (let other = -1; other <= 2 * size + 2; other += 1) if (other !== index) refused({ index: other });
    for (const strange of [NaN, Infinity, index + 0.5, 2 ** 53]) refused({ index: strange });
  });

  test('in a tree whose shape would need another path', () => {
    for (const strange of [-1, 0, index, NaN, Infinity, size + 0.5, 2 ** 53]) refused({ size: strange });
    // A size of the same shape at this index leads to the same root: the checkpoint's signature is what binds it.
    refused({ size: 4 * size + 1 });
  });
});

describe.each(CONSISTENCIES)('a proof that $size grew from $old is refused', ({ old, size, path }) => {
  const proof: Consistency = {
    oldSize: old,
    oldRoot: hex(ROOTS[old]),
    newSize: size,
    newRoot: hex(ROOTS[size]),
    path: path.map(hex),
  };
  const refused = (changed: Partial<Consistency>): void => expect(isConsistent({ ...proof, ...changed })).toBe(false);

  test('unless it is whole', () => {
    expect(isConsistent(proof)).toBe(true);
  });

  test('with any bit flipped, a hash gone, added, swapped, cut or doubled', () => {
    for (const path of tampered(proof.path)) refused({ path });
  });

  test('between any other roots', () => {
    for (const oldRoot of [...flips(proof.oldRoot), STRANGER, Buffer.alloc(0)]) refused({ oldRoot });
    for (const newRoot of [...flips(proof.newRoot), STRANGER, Buffer.alloc(0)]) refused({ newRoot });
    if (old !== size) refused({ oldRoot: proof.newRoot, newRoot: proof.oldRoot });
  });

  test('between sizes that are none, or the wrong way round', () => {
    for (const strange of [-1, NaN, Infinity, 0.5, size + 1, 2 ** 53]) refused({ oldSize: strange });
    for (const strange of [-1, NaN, Infinity, 0.5, old - 1, 2 ** 53]) refused({ newSize: strange });
  });
});

test('every tree grew from the empty one, by an empty path and from no other root', () => {
  const [empty, newRoot] = [hex(ROOTS[0]), hex(ROOTS[5])];
  const from = { oldSize: 0, newSize: 5, newRoot };
  expect(isConsistent({ ...from, oldRoot: empty, path: [] })).toBe(true);
  expect(isConsistent({ ...from, oldRoot: newRoot, path: [] })).toBe(false);
  expect(isConsistent({ ...from, oldRoot: empty, path: [empty] })).toBe(false);
});
