import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import { joining, PIECE_VALUES, piecesOf } from '../../src/journal/refold/pieces.ts';

function joined(pieces: readonly Uint8Array[]): { readonly value: Json; readonly steps: number } {
  const steps = joining(pieces);
  let taken = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { value: step.value, steps: taken };
    taken += 1;
  }
}

/** Rows of three values each, as rules remember them. */
const rows = (count: number): Json => Array.from({ length: count }, (_, index) => [`charge:${index}`, 'call', index]);

test('what is cut into pieces is the same when they are joined, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat({ max: 2_000 }), (one, other, count) => {
      const value = { one, deep: [{ other, rows: rows(count) }], pots: { a: rows(count), b: other } } as Json;
      expect(joined(piecesOf(value)).value).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 60 },
  );
  const odd = JSON.parse(`{"__proto__":${JSON.stringify(rows(3_000))},"a":{"__proto__":1}}`) as Json;
  expect(JSON.stringify(joined(piecesOf(odd)).value)).toBe(JSON.stringify(odd));
  for (const small of [null, 0, '', [], {}]) expect(joined(piecesOf(small)).value).toEqual(small);
});

test('no piece is long, however long a list or wide an object is, and there is a step for each', () => {
  const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`task_${index}`, { spent: '1' }]));
  const pieces = piecesOf({ wide, nested: { once: { ended: rows(50_000) } }, many: [rows(900), rows(900), rows(900)] });
  expect(joined(pieces).steps).toBe(pieces.length);
  expect(pieces.length).toBeGreaterThan(100);
  // A value and its key take less than this.
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(PIECE_VALUES * 3 * 24);
});
