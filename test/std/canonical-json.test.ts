import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';

const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<Json>;

/** The same value with the keys of every object in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]): [string, Json] => [key, reordered(member)])
      .toReversed(),
  );
}

describe('canonical JSON', () => {
  test('is JSON for the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('tells different values apart', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same =
          JSON.stringify(JSON.parse(canonicalJson(one))) === JSON.stringify(JSON.parse(canonicalJson(other)));
        expect(canonicalJson(one) === canonicalJson(other)).toBe(same);
      }),
    );
  });

  test.each<[Json, string]>([
    [{ b: 1, a: [true, null, 'é\n"'] }, '{"a":[true,null,"é\\n\\""],"b":1}'],
    [{ 10: 'x', 9: 'y', A: 1, a: 2 }, '{"10":"x","9":"y","A":1,"a":2}'],
    [{ '€': 1, '\r': 2, '😀': 3, ﬃ: 4 }, '{"\\r":2,"€":1,"😀":3,"ﬃ":4}'],
    [[], '[]'],
    [{}, '{}'],
    [-0, '0'],
    [1e21, '1e+21'],
  ])('%j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
