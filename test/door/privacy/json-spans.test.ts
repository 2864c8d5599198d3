import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonSpans } from '../../../src/door/privacy/json-spans.ts';
import type { Json } from '../../../src/std/canonical-json.ts';

const names = fc.oneof(fc.constantFrom('a', 'b', 'email', '0', '', 'ä"\\', '__proto__'), fc.string({ maxLength: 4 }));
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
})).value;
/** The same document as people and libraries write it. */
const written = fc.tuple(json, fc.constantFrom(undefined, 1, '\t', '  \r')).map(([value, indent]) => ({
  value,
  text: JSON.stringify(value, null, indent),
}));

function at(value: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Readonly<Record<string, Json>>)[step];
  }
  return here;
}

describe('where values stand in a JSON text', () => {
  test('a span is the very value at its path, and all that was wanted is in one', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 4 }), ({ value, text }, modulus) => {
        const wanted = (path: readonly string[]): boolean => path.join('/').length % modulus === 0;
        const spans = jsonSpans(text, wanted);
        for (const { start, end, path } of spans) {
          expect(wanted(path)).toBe(true);
          expect(JSON.parse(text.slice(start, end))).toStrictEqual(at(JSON.parse(text) as Json, path));
        }
        let masked = text;
        for (const { start, end } of spans.toReversed()) masked = `${masked.slice(0, start)}"S"${masked.slice(end)}`;
        const left = jsonSpans(masked, wanted).map(({ start, end }) => masked.slice(start, end));
        expect(left.every((one) => one === '"S"')).toBe(true);
        expect(left).toHaveLength(spans.length);
        expect(typeof value === 'object' || spans.length === 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a name that stands twice counts twice, however it is written', () => {
    const text = '{"email":"a", "em\\u0061il" : {"x":[1]}, "e":{"email":null}}';
    const spans = jsonSpans(text, (path) => path.at(-1) === 'email');
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['"a"', '{"x":[1]}']);
  });
});
