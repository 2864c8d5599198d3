import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { KeyWatch } from '../../../src/door/key/watch.ts';

const KEY = 'sk_live_4f/9+Qx.~Z';
const SECRETS = [KEY];

/** What leaves when the text comes in these pieces, and whether the key was found. */
function watched(pieces: readonly Buffer[], secrets: readonly string[] = SECRETS): { left: string; found: boolean } {
  const watch = new KeyWatch(secrets);
  const left: Buffer[] = [];
  for (const piece of pieces) {
    const passed = watch.pass(piece);
    if (passed === null) return { left: Buffer.concat(left).toString('latin1'), found: true };
    left.push(passed);
  }
  left.push(watch.rest());
  return { left: Buffer.concat(left).toString('latin1'), found: false };
}

const cut = (text: string, at: readonly number[]): Buffer[] => {
  const places = [0, ...[...at].map((each) => each % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((to, index) => Buffer.from(text.slice(places[index], to), 'latin1'));
};

const each = (text: string, write: (code: number) => string): string =>
  Array.from(text)
    .map((char) => write(char.codePointAt(0)!))
    .join('');
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const ENCODINGS: Readonly<Record<string, (key: string) => string>> = {
  plain: (key) => key,
  'in capitals': (key) => key.toUpperCase(),
  'percent-encoded as a URL component': encodeURIComponent,
  'percent-encoded throughout': (key) => each(key, (code) => `%${hex(code, 2)}`),
  'percent-encoded throughout, in capitals': (key) => each(key, (code) => `%${hex(code, 2).toUpperCase()}`),
  'JSON escapes throughout': (key) => each(key, (code) => `\\u${hex(code, 4)}`),
  'JSON escapes here and there': (key) => key.replaceAll('_', '\\u005F').replaceAll('/', '\\/'),
  'string escapes': (key) => each(key, (code) => `\\x${hex(code, 2)}`),
  'decimal character references': (key) => each(key, (code) => `&#${code};`),
  'hexadecimal character references': (key) => each(key, (code) => `&#x${hex(code, 2)};`),
  hexadecimal: (key) => Buffer.from(key).toString('hex'),
  'hexadecimal in capitals': (key) => Buffer.from(key).toString('hex').toUpperCase(),
  base64,
  'base64 of user and password': (key) => base64(`${key}:`),
};

/** Base64 of more than the key, and how many bytes of that come first: they may leave, and with them a few bits of its first. */
const EMBEDDED: Readonly<Record<string, readonly [number, (key: string) => string]>> = {
  'base64 of a bearer header': [7, (key) => base64(`Bearer ${key}`)],
  'base64 of JSON': [8, (key) => base64(JSON.stringify({ key, and: 'more' }))],
  'base64 for URLs': [1, (key) => Buffer.from(`x${key}y`).toString('base64url')],
  'percent-encoded base64': [1, (key) => encodeURIComponent(base64(`?${key}?`))],
};

describe('the key in an answer', () => {
  const everyEncoding = [
    ...Object.entries(ENCODINGS).map(([name, encode]) => ({ name, encode, first: 0 })),
    ...Object.entries(EMBEDDED).map(([name, [bytes, encode]]) => ({ name, encode, first: Math.ceil((bytes * 8) / 6) })),
  ];

  property.prop([
    fc.constantFrom(...everyEncoding),
    fc.string({ maxLength: 40 }),
    fc.array(fc.nat(), { maxLength: 6 }),
  ])(
    'is found in every encoding wherever the answer is cut, and nothing of it has left',
    ({ encode, first }, before, places) => {
      // What stands before it must not run into it, as `\\` would into an escape.
      const text = `${before} ${encode(KEY)} and after`;
      const { left, found } = watched(cut(text, places));
      expect(found).toBe(true);
      expect(text.slice(0, before.length + 1 + first).startsWith(left)).toBe(true);
    },
  );

  test.each(everyEncoding)('$name, byte by byte', ({ encode, first }) => {
    const text = `{"a":"${encode(KEY)}"}`;
    const { left, found } = watched([...Buffer.from(text)].map((byte) => Buffer.from([byte])));
    expect(found).toBe(true);
    expect(left).toBe(text.slice(0, '{"a":"'.length + first));
  });

  test('a form of a secret that is too short to be told from innocent text is not looked for', () => {
    expect(watched([Buffer.from('a test of tests')], ['test'])).toEqual({ left: 'a test of tests', found: false });
  });
});

describe('an answer without the key', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }).map((text) => Buffer.from(text).toString('latin1')),
    // Beginnings of it, in all encodings.
    fc
      .tuple(fc.constantFrom(...Object.values(ENCODINGS)), fc.double({ min: 0, max: 0.9, noNaN: true }))
      .map(([encode, share]) => {
        const encoded = encode(KEY);
        return `${encoded.slice(0, Math.floor(encoded.length * share))}!`;
      }),
  );

  property.prop([fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 })])(
    'leaves byte for byte, whatever it nearly says and wherever it is cut',
    (parts, places) => {
      const text = parts.join('');
      const { left, found } = watched(cut(text, places));
      fc.pre(!found);
      expect(left).toBe(text);
    },
  );

  test.each(['\\', '%', '&', '\\u0430', '%d0%b0', '&quot;', 'sk_live_'])(
    'is looked at once however it is made, and not again from each of its characters: %s',
    (unit) => {
      // As long as a signed token. Reading on to the end from each place took 14 seconds of everybody's time for each piece.
      const watch = new KeyWatch([KEY.repeat(60)]);
      const piece = Buffer.from(`${unit.repeat(65_536 / unit.length)}q`);
      const left = Array.from({ length: 4 }, () => watch.pass(piece));
      expect(Buffer.concat([...(left as Buffer[]), watch.rest()]).equals(Buffer.concat(left.map(() => piece)))).toBe(
        true,
      );
    },
  );

  test('is not held back where it ends as answers do', () => {
    const watch = new KeyWatch(SECRETS);
    for (const text of ['{"id":"ch_1"}', 'data: {"delta":"s"}\n\n', '[1, 2]', '<p>so</p>']) {
      expect(watch.pass(Buffer.from(text))?.toString()).toBe(text);
      expect(watch.holds).toBe(false);
    }
  });
});
