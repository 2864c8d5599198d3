import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frontier, type FrontierJson } from '../../../src/journal/merkle/frontier.ts';
import { toBase64 } from '../../../src/journal/merkle/tree-hash.ts';
import { isConsistent } from '../../../src/journal/merkle/verify-consistency.ts';
import { isIncluded } from '../../../src/journal/merkle/verify-inclusion.ts';
import { RecomputedTree } from '../../../src/journal/merkle/verify-root.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from './naive-tree.ts';
import { bytesOf, consistencyOf, frontierOf, inclusionOf, leafOf, numbered, rootOf } from './tree.ts';

/** Enough for every shape of the right edge up to nine levels. */
const SIZE_MAX = 600;
const leafSets = fc
  .tuple(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 }), fc.integer({ min: 1, max: SIZE_MAX }))
  .map(([some, size]) => numbered(size).map((leaf, at) => Buffer.from(some[at] ?? leaf)));

test('the root of any leaves is the one that the RFC defines, built and recomputed', () => {
  fc.assert(
    fc.property(leafSets, (leaves) => {
      const recomputed = new RecomputedTree();
      for (const leaf of leaves) recomputed.add(leaf);
      expect(rootOf(leaves)).toEqual(naiveRoot(leaves));
      expect(recomputed.root()).toEqual(naiveRoot(leaves));
    }),
    { numRuns: 60 },
  );
});

test('every leaf has the path that the RFC defines, and it leads to the root', () => {
  fc.assert(
    fc.property(leafSets, fc.nat(), (leaves, seed) => {
      const index = seed % leaves.length;
      const path = inclusionOf(index, leaves);
      expect(path).toEqual(naiveInclusion(index, leaves));
      const leaf = bytesOf(leafOf(leaves[index] as Buffer));
      expect(isIncluded({ leaf, index, size: leaves.length, path, root: naiveRoot(leaves) })).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('every earlier tree has the path that the RFC defines, and it leads to both roots', () => {
  fc.assert(
    fc.property(leafSets, fc.nat(), (leaves, seed) => {
      const oldSize = 1 + (seed % leaves.length);
      const path = consistencyOf(oldSize, leaves);
      expect(path).toEqual(naiveConsistency(oldSize, leaves));
      const oldRoot = naiveRoot(leaves.slice(0, oldSize));
      const newRoot = naiveRoot(leaves);
      expect(isConsistent({ oldSize, oldRoot, newSize: leaves.length, newRoot, path })).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('for every size up to 40, every leaf is proven at its own index and at no other', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = numbered(size);
    const root = rootOf(leaves);
    for (const [index, data] of leaves.entries()) {
      const [leaf, path] = [bytesOf(leafOf(data)), inclusionOf(index, leaves)];
      const places = [...leaves.keys()].filter((at) => isIncluded({ leaf, index: at, size, path, root }));
      expect(places).toEqual([index]);
    }
  }
});

test('a frontier that was saved and loaded at any size grows into the same tree', () => {
  const leaves = numbered(70);
  for (let size = 0; size <= leaves.length; size += 1) {
    const saved = JSON.stringify(frontierOf(leaves.slice(0, size)).save());
    const loaded = Frontier.load(JSON.parse(saved) as FrontierJson);
    expect(loaded.size).toBe(size);
    for (const leaf of leaves.slice(size)) loaded.append(leafOf(leaf));
    expect(bytesOf(loaded.root())).toEqual(naiveRoot(leaves));
  }
});

const hash = (byte: number): string => toBase64(leafOf(Buffer.of(byte)));

test.each([
  ['a hash too few', { size: 3, hashes: [hash(1)] }],
  ['a hash too many', { size: 1, hashes: [hash(1), hash(2)] }],
  ['a hash that is none', { size: 1, hashes: ['AAAA'] }],
  ['half a leaf', { size: 1.5, hashes: [hash(1)] }],
  ['a negative size', { size: -1, hashes: [] }],
])('a frontier with %s is not loaded', (_, json) => {
  expect(() => Frontier.load(json)).toThrow();
});
