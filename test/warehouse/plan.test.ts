import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeFrom, MERGE_MIN, runsOf } from '../../src/warehouse/seal/plan.ts';

const sizes = fc
  .array(fc.integer({ min: 1, max: 100 }), { maxLength: 60 })
  .map((all) => all.map((bytes) => ({ bytes })));

test('runs are all segments in order, and none is larger than it may be unless one segment is', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 200 }), (segments, max) => {
      const runs = runsOf(segments, max);
      expect(runs.flat()).toEqual(segments);
      for (const run of runs) {
        expect(run.length).toBeGreaterThan(0);
        if (run.length > 1) expect(run.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(max);
      }
    }),
  );
});

test('parts that are merged are the last ones, many, and fit into one', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2_000 }), (parts, max) => {
      const from = mergeFrom(parts, max);
      if (from === undefined) return;
      const merged = parts.slice(from);
      expect(merged.length).toBeGreaterThanOrEqual(MERGE_MIN);
      expect(merged.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(max);
    }),
  );
});

test('a thousand small segments, sealed one by one, stay few parts, and each is made again a few times', () => {
  let parts: { bytes: number }[] = [];
  let written = 0;
  for (let segment = 0; segment < 1_000; segment += 1) {
    parts.push({ bytes: 1 });
    written += 1;
    const from = mergeFrom(parts, 10_000);
    if (from === undefined) continue;
    const bytes = parts.slice(from).reduce((sum, part) => sum + part.bytes, 0);
    parts = [...parts.slice(0, from), { bytes }];
    written += bytes;
  }
  expect(parts.length).toBeLessThan(40);
  expect(written).toBeLessThan(1_000 * 12);
});
