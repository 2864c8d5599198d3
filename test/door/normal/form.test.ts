import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FIELD_DEPTH_MAX, FIELDS_MAX } from '../../../src/door/normal/fields.ts';
import { readForm } from '../../../src/door/normal/form.ts';
import type { Json } from '../../../src/std/canonical-json.ts';
import { accepted, outcome } from './outcome.ts';

const read = (text: string) => readForm(Buffer.from(text));
const fields = (count: number): string => Array.from({ length: count }, (_, i) => `k${i}=1`).join('&');

describe('forms', () => {
  test.each<[string, string, Json]>([
    [
      'deep objects and lists',
      'a[b][0][c]=1&a[b][0][d]=2&a[b][1][c]=3',
      { a: { b: [{ c: '1', d: '2' }, { c: '3' }] } },
    ],
    ['B25 a list where a scalar is meant stays a list', 'amount[]=1000', { amount: ['1000'] }],
    [
      'an earlier element may be completed later',
      'a[0][x]=1&a[1][x]=2&a[0][y]=3',
      { a: [{ x: '1', y: '3' }, { x: '2' }] },
    ],
    ['lists within lists', 'a[0][]=1&a[0][]=2&a[1][]=3', { a: [['1', '2'], ['3']] }],
    ['a number too large for a position is a name', 'metadata[1000]=x', { metadata: { '1000': 'x' } }],
    ['a number with a leading zero is a name', 'metadata[007]=x', { metadata: { '007': 'x' } }],
    ['names of Object.prototype are names', 'toString=1&a[valueOf]=2', { toString: '1', a: { valueOf: '2' } }],
    ['raw UTF-8 and line ends stand for themselves', 'a=é\r\nb', { a: 'é\r\nb' }],
    ['empty fields say nothing', '&a=1&&b=2&', { a: '1', b: '2' }],
    ['an escaped ampersand and equals sign belong to the value', 'a=x%26b%3D1', { a: 'x&b=1' }],
    [
      'a nested name may have dots and spaces',
      'metadata[a.b]=1&metadata[a_b]=2',
      { metadata: { 'a.b': '1', a_b: '2' } },
    ],
  ])('%s', (_, text, value) => {
    expect(accepted(read(text))).toMatchObject({ value, text });
  });

  test.each([
    ['as many fields as allowed', fields(FIELDS_MAX), 'accepted'],
    ['one more', fields(FIELDS_MAX + 1), '400 field_count'],
    ['as deep as allowed', `a${'[b]'.repeat(FIELD_DEPTH_MAX)}=1`, 'accepted'],
    ['one deeper', `a${'[b]'.repeat(FIELD_DEPTH_MAX + 1)}=1`, '400 field_depth'],
    ['a twin inside an object', 'a[Key]=1&a[key]=2', '400 field_duplicate'],
    ['a twin inside a list’s object', 'a[0][Key]=1&a[0][key]=2', '400 field_duplicate'],
    ['the same name in two objects', 'a[Key]=1&b[key]=2', 'accepted'],
    ['an element that was a scalar', 'a[0]=1&a[0][b]=2', '400 field_conflict'],
    ['an object that was a scalar', 'a[b]=1&a[b][c]=2', '400 field_conflict'],
    ['a control character', 'a=\u0001', '400 form_control'],
    ['a byte order mark', '\ufeffamount=1', '400 form_control'],
  ])('%s', (_, text, expected) => {
    expect(outcome(read(text))).toBe(expected);
  });

  test('values inherit nothing', () => {
    const { value } = accepted(read('a[b]=1'));
    expect(value['a']).toEqual({ b: '1' });
    for (const object of [value, value['a']]) expect(Reflect.has(Object(object), 'constructor')).toBe(false);
  });
});

const leaf = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const name = fc.stringMatching(/^[a-z]{1,4}$/).filter((text) => text !== '');
const { node } = fc.letrec<{ node: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 4 }),
  ),
}));

/** Writes a form the way stripe-node and qs do: every list with positions. */
function write(key: string, value: Json): string[] {
  if (value === null || typeof value !== 'object') return [`${key}=${encodeURIComponent(String(value))}`];
  return Object.entries(value).flatMap(([inner, member]) => write(`${key}[${inner}]`, member));
}

describe('laws of forms', () => {
  property.prop([fc.dictionary(name, node, { maxKeys: 4 })], { numRuns: 1_000 })(
    'what an SDK writes is read back',
    (object) => {
      const text = Object.entries(object)
        .flatMap(([key, value]) => write(key, value))
        .join('&');
      expect(JSON.parse(JSON.stringify(accepted(read(text)).value))).toEqual(JSON.parse(JSON.stringify(object)));
    },
  );

  const piece = fc.constantFrom(
    'a',
    'b',
    'A',
    '[',
    ']',
    '[]',
    '[0]',
    '[1]',
    '[b]',
    '=',
    '&',
    '%',
    '%61',
    '%5b',
    '+',
    '.',
    '_',
    '1',
    '\ufeff',
  );
  property.prop([fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))], { numRuns: 5_000 })(
    'an accepted form has each field once, as URLSearchParams reads it',
    (text) => {
      const result = read(text);
      if (!result.ok) return;
      const pairs = [...new URLSearchParams(text)];
      expect(leaves(result.value.value).sort()).toEqual(pairs.map(([, value]) => value).sort());
      for (const [key, value] of pairs) if (!key.includes('[')) expect(result.value.value[key]).toBe(value);
    },
  );
});

function leaves(value: Json): string[] {
  return value === null || typeof value !== 'object'
    ? [String(value)]
    : Object.values(value).flatMap((inner: Json) => leaves(inner));
}
