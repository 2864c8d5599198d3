import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { JSON_DEPTH_MAX, JSON_ITEMS_MAX, readJson } from '../../../src/door/normal/json.ts';
import { accepted, outcome } from './outcome.ts';

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const wide = (items: number): string => `[${Array.from({ length: items }, () => 0).join(',')}]`;

describe('bounds of JSON', () => {
  test.each([
    ['the deepest document', deep(JSON_DEPTH_MAX), 'accepted'],
    ['one deeper', deep(JSON_DEPTH_MAX + 1), '400 json_too_deep'],
    ['the largest list', wide(JSON_ITEMS_MAX), 'accepted'],
    ['one more element', wide(JSON_ITEMS_MAX + 1), '400 json_too_large'],
    ['brackets, commas and colons in strings', `{"[{":"${'[{,:'.repeat(JSON_ITEMS_MAX)}"}`, 'accepted'],
    ['an escaped quote before a colon', '{"a\\"":1,"b\\\\":2}', 'accepted'],
  ])('%s', (_, text, expected) => {
    expect(outcome(readJson(text))).toBe(expected);
  });

  test.each([
    ['where it is known', '{"key" 1}', 'The body is not valid JSON (RFC 8259) near character 7.'],
    ['and nothing of the body', '{"key": sk_live_secret}', 'The body is not valid JSON (RFC 8259).'],
  ])('a syntax error tells the place %s', (_, text, detail) => {
    expect(readJson(text)).toMatchObject({ ok: false, failure: { reason: 'json_invalid', detail } });
  });

  test('a name long enough to be a secret is not repeated', () => {
    const secret = `Sk_${'x'.repeat(40)}`;
    const result = readJson(`{"${secret}":1,"${secret.toLowerCase()}":2}`);
    expect(outcome(result)).toBe('400 json_duplicate_key');
    expect(JSON.stringify(result).toLowerCase()).not.toContain('sk_');
  });
});

/** An object's members as written, so that a key can come twice, and each key's spelling. */
type Tree =
  string | number | boolean | null | { list: Tree[] } | { members: [key: string, escaped: boolean, value: Tree][] };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(
      fc.string(),
      fc.integer({ min: -1_000_000 }).filter((n) => !Object.is(n, -0)),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.record({ list: fc.array(tie('tree'), { maxLength: 4 }) }),
    fc.record({
      members: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e:', 'f"', ''), fc.boolean(), tie('tree')), {
        maxLength: 4,
      }),
    }),
  ),
}));

function write(node: Tree): string {
  if (node === null || typeof node !== 'object') return JSON.stringify(node).replaceAll('\\u0000', '');
  if ('list' in node) return `[${node.list.map(write).join(', ')}]`;
  return `{${node.members.map(([key, escaped, value]) => `${escaped ? escape(key) : JSON.stringify(key)} :${write(value)}`).join(',')}}`;
}

const escape = (key: string): string =>
  `"${key.replace(/./g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function repeats(node: Tree): boolean {
  if (node === null || typeof node !== 'object') return false;
  if ('list' in node) return node.list.some(repeats);
  const keys = node.members.map(([key]) => key);
  return new Set(keys).size < keys.length || node.members.some(([, , value]) => repeats(value));
}

describe('laws of JSON', () => {
  property.prop([tree], { numRuns: 2_000 })(
    'a document is refused exactly where some object has a key twice',
    (node) => {
      expect(outcome(readJson(write(node)))).toBe(repeats(node) ? '400 json_duplicate_key' : 'accepted');
    },
  );

  property.prop([tree])('an accepted document has the value that JSON.parse gives, and its own text', (node) => {
    const text = write(node);
    const result = readJson(Buffer.from(text));
    if (result.ok) expect(result.value).toEqual({ value: JSON.parse(text), text });
  });

  const scrap = fc.constantFrom(
    ...'{}[]:,"\\ -+.eE0129ntuf\n\0é'.split(''),
    '"a"',
    ':1',
    'true',
    'null',
    '\\u',
    'NaN',
    '/*',
    '\ufeff',
  );
  const near = fc
    .tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat(3), scrap), { maxLength: 3 }))
    .map(([node, edits]) => edits.reduce(edit, write(node)));
  property.prop([near], { numRuns: 5_000 })(
    'what JSON.parse refuses is refused, and all else agrees with it',
    (text) => {
      const result = readJson(text);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        expect(result.ok).toBe(false);
        return;
      }
      if (result.ok) expect(result.value.value).toEqual(value);
    },
  );

  property.prop([fc.uint8Array({ maxLength: 40 })])('any bytes at all are read or refused', (bytes) => {
    expect(typeof readJson(Buffer.from(bytes)).ok).toBe('boolean');
  });
});

function edit(text: string, [at, drop, scrap]: [number, number, string]): string {
  const index = at % (text.length + 1);
  return text.slice(0, index) + scrap + text.slice(index + drop);
}

describe('laws of numbers', () => {
  property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })], { numRuns: 2_000 })(
    'every double within 2^53, as JavaScript or Python writes it, is accepted',
    (value) => {
      const fits = Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);
      expect(outcome(readJson(`[${Object.is(value, -0) ? '-0' : String(value)}]`))).toBe(
        fits ? 'accepted' : '400 json_number',
      );
      if (fits) expect(accepted(readJson(`[${value.toExponential()}]`)).value).toEqual([value]);
    },
  );

  property.prop([fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })])(
    'an integer is accepted exactly where a double counts to it',
    (value) => {
      const fits = value <= 2n ** 53n - 1n && value >= -(2n ** 53n - 1n);
      expect(outcome(readJson(`{"amount":${value}}`))).toBe(fits ? 'accepted' : '400 json_number');
    },
  );

  property.prop([fc.integer({ min: 1, max: 99_999_999 }), fc.nat(9_999_999_999), fc.nat(9_999_999_999)])(
    'a decimal with more digits than a double holds is refused',
    (units, first, second) => {
      const text = `${units}.${String(first).padStart(10, '0')}${String(second).padStart(10, '0')}1`;
      expect(outcome(readJson(`[${text}]`))).toBe('400 json_number');
    },
  );
});
