import { expect, test } from 'vitest';
import { nodeHash, toBase64 } from '../../../src/journal/merkle/tree-hash.ts';
import { isConsistent } from '../../../src/journal/merkle/verify-consistency.ts';
import { hashOfLeaf } from '../../../src/journal/merkle/verify-hash.ts';
import { isIncluded } from '../../../src/journal/merkle/verify-inclusion.ts';
import { RecomputedTree } from '../../../src/journal/merkle/verify-root.ts';
import { bytesOf, consistencyOf, frontierOf, inclusionOf, leafOf, numbered, rootOf } from './tree.ts';
import { CONSISTENCIES, INCLUSIONS, LARGER_ROOTS, LEAVES, ROOTS } from './vectors.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const leaves = LEAVES.map(hex);

test('the leaf and node hashes are the published ones', () => {
  expect(bytesOf(leafOf(Buffer.alloc(0))).toString('hex')).toBe(ROOTS[1]);
  expect(bytesOf(leafOf(Buffer.from('L123456'))).toString('hex')).toBe(
    '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
  );
  const [left, right] = leaves.slice(0, 2).map(leafOf);
  expect(bytesOf(nodeHash(left ?? '', right ?? '')).toString('hex')).toBe(ROOTS[2]);
});

test.each([...ROOTS.entries()])('the root of %i leaves is the published one, built and recomputed', (size, root) => {
  expect(rootOf(leaves.slice(0, size)).toString('hex')).toBe(root);
  const recomputed = new RecomputedTree();
  for (const leaf of leaves.slice(0, size)) recomputed.add(leaf);
  expect(recomputed.root().toString('hex')).toBe(root);
});

test.each(LARGER_ROOTS)('the root of $size leaves is the published one, built and recomputed', ({ size, root }) => {
  expect(toBase64(frontierOf(numbered(size)).root())).toBe(root);
  const recomputed = new RecomputedTree();
  for (const leaf of numbered(size)) recomputed.add(leaf);
  expect(recomputed.root().toString('base64')).toBe(root);
});

test.each(INCLUSIONS)('the proof of leaf $index in $size is the published one, and verifies', (vector) => {
  const { index, size, path } = vector;
  expect(inclusionOf(index, leaves.slice(0, size)).map((hash) => hash.toString('hex'))).toEqual(path);
  const leaf = hashOfLeaf(leaves[index] as Buffer);
  expect(isIncluded({ leaf, index, size, path: path.map(hex), root: hex(ROOTS[size] as string) })).toBe(true);
});

test.each(CONSISTENCIES)('the proof that $size grew from $old is the published one, and verifies', (vector) => {
  const { old, size, path } = vector;
  expect(consistencyOf(old, leaves.slice(0, size)).map((hash) => hash.toString('hex'))).toEqual(path);
  const roots = { oldRoot: hex(ROOTS[old] as string), newRoot: hex(ROOTS[size] as string) };
  expect(isConsistent({ oldSize: old, newSize: size, ...roots, path: path.map(hex) })).toBe(true);
});
