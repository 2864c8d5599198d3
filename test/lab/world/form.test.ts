import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/std/canonical-json.ts';
import { flatQuery, parseForm } from '../../../src/lab/world/form.ts';

const value = (text: string): unknown => {
  const form = parseForm(text);
  return form.ok ? form.value : form.failure;
};

describe('a form', () => {
  it.each<[string, unknown]>([
    ['', {}],
    ['a=1&b=two+words', { a: '1', b: 'two words' }],
    ['metadata[order]=7&metadata[note]=x%26y', { metadata: { order: '7', note: 'x&y' } }],
    ['metadata%5Border%5D=7', { metadata: { order: '7' } }],
    ['expand[]=a&expand[]=b', { expand: ['a', 'b'] }],
    ['expand[0]=a&expand[1]=b', { expand: ['a', 'b'] }],
    [
      'items[0][price]=5&items[0][quantity]=2&items[1][price]=7',
      { items: [{ price: '5', quantity: '2' }, { price: '7' }] },
    ],
    ['gap[1]=b', { gap: { 1: 'b' } }],
    ['amount=1&amount=1000', { amount: '1000' }],
    ['a[b=1', { 'a[b': '1' }],
    ['[a]=1', { '[a]': '1' }],
    ['a[b]c=1', { 'a[b]c': '1' }],
    ['{"amount":1}', { '{"amount":1}': '' }],
  ])('reads %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it.each(['a=1&a[b]=2', 'a[b]=2&a=1', 'a[b]=1&a[b][c]=2'])('is refused where a key has two shapes: %s', (text) => {
    expect(value(text)).toMatch(/both as a value and as a group/);
  });

  it('is refused where it nests or grows beyond all reason', () => {
    expect(value(`a${'[b]'.repeat(8)}=1`)).toMatch(/nests deeper/);
    expect(value('a=1&'.repeat(1_001))).toMatch(/more than 1000 fields/);
  });

  it('with __proto__ as a key pollutes nothing', () => {
    const form = parseForm('__proto__[polluted]=1&a[__proto__][polluted]=1');
    expect(form.ok && Object.hasOwn(form.value, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });

  it('comes back as it was encoded', () => {
    const key = fc.stringMatching(/^[a-z ü&=%]{1,6}$/).map((text) => `k${text}`);
    const tree = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
        fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 4, noNullPrototype: true }), (form) => {
        expect(value(encode(form))).toEqual(form);
      }),
    );
  });
});

describe('a flat query', () => {
  it('keeps every item of a repeated list key', () => {
    expect(flatQuery(new URLSearchParams('limit=3&expand[]=a&expand[]=b'))).toEqual({
      limit: '3',
      'expand[0]': 'a',
      'expand[1]': 'b',
    });
  });
});

/** The writer's side, straight from the rule: brackets for members, indices for items. */
function encode(form: { readonly [key: string]: Json }): string {
  const pairs = (key: string, node: Json): [string, string][] =>
    node !== null && typeof node === 'object'
      ? Object.entries(node).flatMap(([name, member]) => pairs(`${key}[${name}]`, member))
      : [[key, String(node)]];
  return new URLSearchParams(Object.entries(form).flatMap(([key, node]) => pairs(key, node))).toString();
}
