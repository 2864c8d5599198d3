import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readForm } from '../../../src/door/normal/form.ts';
import { readHeaders } from '../../../src/door/normal/headers.ts';
import type { Json } from '../../../src/std/canonical-json.ts';

/** Ways in which servers of some kind read one value out of a form. What is accepted, they all find alike, or not at all. */
const READERS: Readonly<Record<string, (text: string, name: string) => string | undefined>> = {
  'the first of several': (text, name) => new URLSearchParams(text).get(name) ?? undefined,
  'the last of several': (text, name) => new URLSearchParams(text).getAll(name).at(-1),
  'by any case': (text, name) => lastOf(text, (key) => key.toLowerCase() === name.toLowerCase()),
  'with blanks around trimmed': (text, name) => lastOf(text, (key) => key.trim() === name.trim()),
  'with dots and blanks as underscores, as PHP does': (text, name) => lastOf(text, (key) => php(key) === php(name)),
  'split at semicolons too, as servers once did': (text, name) =>
    new URLSearchParams(text.replaceAll(';', '&')).getAll(name).at(-1),
  'decoded twice': (text, name) => lastOf(text, (key) => twice(key) === name),
  'by Unicode’s compatibility forms': (text, name) =>
    lastOf(text, (key) => key.normalize('NFKC') === name.normalize('NFKC')),
  'joined by commas, as ASP does': (text, name) => {
    const values = new URLSearchParams(text).getAll(name);
    return values.length === 0 ? undefined : values.join(',');
  },
};

const lastOf = (text: string, is: (key: string) => boolean): string | undefined =>
  [...new URLSearchParams(text)].findLast(([key]) => is(key))?.[1];
const php = (key: string): string => key.replaceAll(/[ .]/g, '_');
const twice = (key: string): string =>
  key.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The nested values as PHP, Rails and `qs` build them, naively: one path of names at a time. */
function nested(text: string): Json {
  const root: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const [key, value] of new URLSearchParams(text)) {
    const [base = '', ...names] = key.split('[').map((part) => part.replace(/\]$/, ''));
    let container: Record<string, Json> = root;
    let name = base;
    for (const next of names) {
      container = (container[name] ??= Object.create(null) as Record<string, Json>) as Record<string, Json>;
      name = next === '' ? String(Object.keys(container).length) : next;
    }
    container[name] = value;
  }
  return asLists(root);
}

/** Objects whose names are 0, 1, 2 … are lists. */
function asLists(value: Json): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, asLists(inner)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const name = fc.constantFrom(
  'a',
  'b',
  'amount',
  'Amount',
  'amoun%74',
  'amount%20',
  '+amount',
  'unit.amount',
  'unit_amount',
  'unit amount',
  'a[]',
  'a[b]',
  'a[0]',
  'a[1]',
  'a[b][c]',
  'a%5Bb%5D',
  'a[',
  'a]',
  '[a]',
  'a[b]c',
  'x%2579',
  'é',
  'e\u0301',
  'ａ',
  'a;b',
  'items[0][id]',
  'items[1][id]',
  'items[][id]',
  'm[k 1]',
  'm[k.1]',
  'm[7]',
  'm[1000]',
  '__proto__',
  '_method',
  '',
  'c',
  'd',
  'e',
);
const value = fc.constantFrom(
  '',
  '1',
  '1000',
  'x+y',
  'x%20y',
  'x%26y',
  'a=b',
  'x;y',
  '%3b',
  '%00',
  '%ff',
  '%',
  'é',
  '%c3%a9',
  '%2541',
);
const form = fc
  .array(fc.tuple(name, fc.constantFrom('=', '=', '=', ''), value), { maxLength: 5 })
  .map((pairs) => pairs.map(([key, is, of]) => (is === '' ? key : key + is + of)).join('&'));

describe('forms and queries', () => {
  property.prop([form], { numRuns: 4_000 })('what is accepted, servers of every kind read alike', (text) => {
    const result = readForm(Buffer.from(text));
    if (!result.ok) return;
    for (const [key, judged] of Object.entries(result.value.value)) {
      if (typeof judged !== 'string') continue;
      for (const [reader, read] of Object.entries(READERS)) {
        expect({ text, key, reader, value: read(text, key) }).toEqual({ text, key, reader, value: judged });
      }
    }
    expect({ text, values: nested(text) }).toEqual({ text, values: { ...result.value.value } });
  });

  test('a good part is accepted', () => {
    const texts = fc.sample(form, { numRuns: 1_000, seed: 1 });
    expect(texts.filter((text) => readForm(Buffer.from(text)).ok).length).toBeGreaterThan(200);
  });
});

/** Pieces of header names and values that some server reads as another one. */
const headerName = fc.oneof(
  fc.constantFrom(
    'Accept',
    'X-A',
    'x-a',
    'X_A',
    'X.A',
    'X~A',
    'X-B',
    'Content-Type',
    'Content_Type',
    'If-Match',
    'Idempotency-Key',
    'Idempotency_Key',
    'Connection',
    'Keep-Alive',
    'TE',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Cookie',
    'X-Forwarded-For',
    'X-Real-IP',
    'Forwarded',
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'Upgrade',
    'Trailer',
    'Expect',
    'Authorization',
    'X-Api-Key',
    'Interlock-Call',
    '__proto__',
    'constructor',
    'toString',
    '1',
    '0',
    'Content-Encoding',
    'Transfer-Encoding',
    'Content-Length',
    'Host',
    'X-Client-Cert',
    'SSL-Client-Verify',
  ),
  fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}$/),
);
const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'a, b',
    'chunked',
    'close',
    'keep-alive',
    'close, X-A',
    '5',
    '+5',
    'identity',
    'gzip',
    'caf\u00e9',
    'a\tb',
    'a\u0000b',
    'a\rb',
  ),
  fc.string({ maxLength: 5 }),
);

describe('headers', () => {
  property.prop([fc.array(fc.tuple(headerName, headerValue), { maxLength: 8 })], { numRuns: 4_000 })(
    'what is accepted has one name and one value for servers of every kind',
    (pairs) => {
      const result = readHeaders(['Host', 'x', ...pairs.flat()]);
      if (!result.ok) return;
      const { forward, judged } = result.value;
      const names = forward.filter((_, index) => index % 2 === 0);
      // CGI has but letters, digits and underscores; and no two names become one.
      const variables = names.map((one) => `HTTP_${one.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`);
      expect(new Set(variables).size, names.join()).toBe(names.length);
      for (const [index, one] of names.entries()) {
        expect(one).toMatch(/^[a-z0-9-]+$/);
        expect(forward[2 * index + 1]).toMatch(/^[\t\x20-\x7e]*$/);
        expect(judged[one]).toBe(forward[2 * index + 1]);
        expect(one).not.toMatch(
          /^(connection|keep-alive|te|trailer|transfer-encoding|content-length|upgrade|expect|host|proxy-.*)$/,
        );
        expect(one).not.toMatch(
          /^(authorization|cookie|x-api-key|forwarded|x-forwarded-.*|x-real-ip|interlock-.*|.*client-.*)$/,
        );
      }
      expect(Object.keys(judged).length).toBe(names.length);
    },
  );
});
