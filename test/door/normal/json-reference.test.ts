import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../../src/door/normal/json.ts';
import { readsOneWay } from '../../model/json-text.ts';
import { outcome } from './outcome.ts';

/** Mostly what is right, so that whole documents are, and now and then what is not. */
const mostly = (right: readonly string[], wrong: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrong });

/** Pieces of documents, right and wrong, in the classes of the JSON test suites. */
const anyScalar = fc.constantFrom(
  '0',
  '1',
  '-1',
  '1.5',
  '0.1',
  '1e2',
  '1E+2',
  '1e-2',
  '-0',
  '-0.0',
  '0e9',
  '1e400',
  '1e-400',
  '9007199254740991',
  '9007199254740992',
  '0.1000000000000000055',
  '100000000000000000000',
  '1.0',
  '1.50',
  '01',
  '+1',
  '.5',
  '1.',
  '1e',
  '-',
  '--1',
  '0x1',
  '1_0',
  'NaN',
  'Infinity',
  '-Infinity',
  'true',
  'True',
  'false',
  'null',
  'nul',
  'undefined',
  '""',
  '"a"',
  '"\\u0061"',
  '"\\n"',
  '"\\x"',
  '"\\u12"',
  '"\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
  '"\t"',
  '"',
  "'a'",
  '"é"',
  '"\u2028"',
  '"a\\',
  '/*x*/1',
  '"a"b',
  '1 2',
  '',
);
const scalar = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('1', '0.5', '"a"', 'true', 'null') }, anyScalar);
const anyKey = fc.constantFrom(
  '"a"',
  '"b"',
  '"A"',
  '"\\u0061"',
  '"a "',
  '"a\\u200b"',
  '"ａ"',
  '"é"',
  '"e\u0301"',
  '"K"',
  '"\u212a"',
  '"k"',
  '""',
  '"__proto__"',
  '"constructor"',
  '"_method"',
  '"_Method"',
  '"X-Http-Method-Override"',
  '"a\\u0000"',
  '"\\ud800"',
  'a',
  "'a'",
  '1',
  '"x"',
  '"y"',
  '"z"',
  '"w"',
  '"v"',
);
const key = mostly(['"a"', '"\\u0061"', '"b"', '"c"', '"A"', '"x"', '"y"', '"z"'], anyKey);
const blank = mostly(['', ' ', '\n', '\t\r'], fc.constantFrom('\u00a0', '\ufeff', '\f'));
const comma = mostly([',', ' ,'], fc.constantFrom(',,', ';', ''));
const colon = mostly([':', ' : '], fc.constantFrom('::', '=', ''));

const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc
      .tuple(
        fc.array(fc.tuple(tie('text'), comma), { maxLength: 4 }),
        blank,
        mostly([']'], fc.constantFrom('', ']]', '}')),
      )
      .map(
        ([items, space, end]) =>
          `[${space}${items.map(([item, between], i) => item + (i === items.length - 1 ? '' : between)).join('')}${end}`,
      ),
    fc
      .tuple(
        fc.array(fc.tuple(key, colon, tie('text'), comma), { maxLength: 4 }),
        blank,
        mostly(['}'], fc.constantFrom('', '}}', ']')),
      )
      .map(
        ([members, space, end]) =>
          `{${space}${members.map(([name, is, value, between], i) => `${name}${is}${value}${i === members.length - 1 ? '' : between}`).join('')}${end}`,
      ),
  ),
}));

const holds = (document: string): void => {
  const accepted = outcome(readJson(Buffer.from(document))) === 'accepted';
  expect({ document, accepted }).toEqual({ document, accepted: readsOneWay(document) });
};

describe('strict JSON against a naive reader', () => {
  property.prop([text], { numRuns: 4_000 })(
    'a document is accepted exactly where the naive reader reads it',
    (document) => {
      // What is not Unicode never becomes text.
      if (document.isWellFormed()) holds(document);
    },
  );

  property.prop([fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 })], {
    numRuns: 2_000,
  })('a number too, at any size and scale', (digits, exponent) => holds(`[${digits}e${exponent}]`));

  property.prop([fc.stringMatching(/^-?\d{1,22}\.\d{1,22}(e-?\d{1,3})?$/)], { numRuns: 2_000 })(
    'and any decimal',
    (token) => {
      holds(`{"amount":${token}}`);
    },
  );

  test('and the documents at the bounds', () => {
    for (const depth of [63, 64, 65]) holds('['.repeat(depth) + ']'.repeat(depth));
    for (const items of [9_999, 10_000, 10_001]) holds(`[${'0,'.repeat(items - 1)}0]`);
  });

  test('a good part of the generated documents is read', () => {
    const documents = fc.sample(text, { numRuns: 1_000, seed: 1 });
    const read = documents.filter((document) => readsOneWay(document)).length;
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(800);
  });
});
