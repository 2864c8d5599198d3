import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { joined, scalarsOf, SCALARS_MAX, type Scalar } from '../../../src/warehouse/why/scalars.ts';

/** The naive reading: of the parsed value. */
function walked(value: unknown, path = ''): readonly Scalar[] {
  if (typeof value === 'string') return [{ path, kind: 'string', text: value }];
  if (typeof value === 'number') return [{ path, kind: 'number', text: String(value) }];
  if (value === null || typeof value === 'boolean') return [{ path, kind: 'literal', text: String(value) }];
  if (Array.isArray(value)) return value.flatMap((one, index) => walked(one, `${path}[${index}]`));
  return Object.entries(value as object).flatMap(([key, member]) => walked(member, joined(path, key)));
}

/** A number as JSON writes it: `1e21` and `-0` come back in other spellings. */
const json = fc.json({ maxDepth: 5 }).filter((text) => !/-0\b|e/i.test(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')));

test.prop([json])('every value of a JSON text is found, where it stands', (text) => {
  expect(scalarsOf(text)).toEqual(walked(JSON.parse(text)));
});

test.prop([json, fc.nat()])(
  'of a text that was cut off, what stands before the cut is found and nothing else',
  (text, at) => {
    // Of a document that is one number, nobody can say whether it was cut.
    fc.pre(/^\s*[{["]/.test(text));
    const whole = scalarsOf(text);
    const cut = scalarsOf(text.slice(0, at % (text.length + 1)));
    expect(cut).toEqual(whole.slice(0, cut.length));
  },
);

test.prop([fc.string({ unit: 'binary' })])('any text is read without an error', (text) => {
  expect(scalarsOf(text).length).toBeLessThanOrEqual(text.length);
});

test.each([
  ['a number as it was written', '{"price": 1200.50}', [{ path: 'price', kind: 'number', text: '1200.50' }]],
  ['escaped characters', String.raw`["caf\u00e9 \"x\""]`, [{ path: '[0]', kind: 'string', text: 'café "x"' }]],
  ['a key that a dot would split', '{"a.b": {"c": 1}}', [{ path: '["a.b"].c', kind: 'number', text: '1' }]],
  ['__proto__ as any other key', '{"__proto__": {"id": "x1"}}', [{ path: '__proto__.id', kind: 'string', text: 'x1' }]],
  ['no number that the cut runs through', '{"id": "a", "amount": 500', [{ path: 'id', kind: 'string', text: 'a' }]],
  ['nothing in a page', '<html>"acct_1"</html>', []],
] as const)('%s', (_, text, found) => {
  expect(scalarsOf(text)).toEqual(found);
});

test('a hostile text costs time in proportion to its length', () => {
  const started = performance.now();
  expect(scalarsOf(`"${'\\\\'.repeat(2_000_000)}`)).toEqual([]);
  expect(scalarsOf('['.repeat(100_000))).toEqual([]);
  expect(scalarsOf(`[${'"x",'.repeat(100_000)}`)).toHaveLength(SCALARS_MAX);
  expect(performance.now() - started).toBeLessThan(3_000);
});
