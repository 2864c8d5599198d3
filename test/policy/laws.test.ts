import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadPolicy } from '../../src/policy/index.ts';

const VALID = path.resolve(import.meta.dirname, '../fixtures/policies/valid');
const text = readFileSync(path.join(VALID, 'everything.yaml'), 'utf8');
type Data = null | boolean | number | string | Data[] | { [key: string]: Data };
const data = parse(text) as Data;

function digestOf(policy: string): string {
  const loaded = loadPolicy(policy, 'p.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value.digest;
}

/** The same content with the members of every mapping in another order. */
function shuffled(value: Data, seed: number): Data {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member], index) => ({ key, member, rank: (index * 7 + seed) % 11 }));
  return Object.fromEntries(
    entries.sort((a, b) => a.rank - b.rank).map(({ key, member }) => [key, shuffled(member, seed)]),
  );
}

/** Every place in a tree, as a path. */
function places(value: Data, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, member]) =>
      places(member, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** Every place of a policy of guards, and of one of promotions. */
const everywhere = [data, parse(readFileSync(path.join(VALID, 'promotion.yaml'), 'utf8')) as Data].flatMap((whole) =>
  places(whole).map((place) => ({ whole, place })),
);

function replaced(value: Data, [step, ...rest]: readonly (string | number)[], by: Data): Data {
  if (step === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, Data>;
  copy[step] = replaced(copy[step] as Data, rest, by);
  return copy;
}

describe('the digest is of what a policy says', () => {
  test.prop([
    fc.nat(100),
    fc.constantFrom(2, 3, 4),
    fc.constantFrom('BLOCK_LITERAL', 'QUOTE_DOUBLE'),
    fc.constantFrom(0, 100, 200),
  ])('formatting, comments and the order of keys do not matter', (seed, indent, style, lineWidth) => {
    const written = stringify(shuffled(data, seed), { indent, lineWidth, defaultStringType: style as 'QUOTE_DOUBLE' });
    expect(digestOf(`# ${seed}\n${written}\n# end\n`)).toBe(digestOf(text));
  });

  test('any other limit is another digest', () => {
    expect(digestOf(text.replace('max: 800 USD', 'max: 801 USD'))).not.toBe(digestOf(text));
  });
});

describe('reading a policy never throws', () => {
  const holds = (policy: string): void => {
    const loaded = loadPolicy(policy, 'p.yaml');
    if (loaded.ok) return;
    expect(loaded.failure.length).toBeGreaterThan(0);
    for (const { line, column, message } of loaded.failure) {
      expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
    }
  };

  test.prop([fc.string({ unit: 'binary', maxLength: 300 })])('for any text', holds);

  test.prop([
    fc.array(fc.constantFrom(...'{}[]:,-&*!|>%@`"\'#\n \t?'.split(''), 'a', 'version', '1', '<<', '---\n'), {
      maxLength: 60,
    }),
  ])('for any text of the marks that YAML is made of', (marks) => holds(marks.join('')));

  test.prop([fc.constantFrom(...everywhere), fc.jsonValue()])(
    'for a policy with anything at all in any place',
    ({ whole, place }, value) => {
      holds(stringify(replaced(whole, place, value as Data)));
    },
  );

  test.prop([fc.constantFrom(...everywhere), fc.string({ unit: 'grapheme' })])(
    'for a policy with any text in any place',
    ({ whole, place }, value) => {
      holds(stringify(replaced(whole, place, value)));
    },
  );

  test.prop([fc.nat(text.length), fc.nat(30)])('for a policy with a piece torn out', (start, length) => {
    holds(text.slice(0, start) + text.slice(start + length));
  });

  test('for a billion laughs, deep nesting and a huge file', () => {
    holds('a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n');
    holds('['.repeat(20_000));
    holds(`a: ${'['.repeat(500)}${']'.repeat(500)}`);
    holds('a'.repeat(1_000_001));
  });
});
