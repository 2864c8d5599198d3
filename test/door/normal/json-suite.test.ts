import { describe, expect, test } from 'vitest';
import { readJson } from '../../../src/door/normal/json.ts';
import { outcome } from './outcome.ts';

/** The classes of RFC 8259's grammar: what every parser must take, must refuse, and may read as it likes. */
const MUST_TAKE: readonly string[] = [
  [
    '{}',
    '[]',
    '[[]]',
    '[{}]',
    ' [1] ',
    '\n[1]\r\n',
    '\t[\n1\t]',
    '""',
    '"a"',
    '1',
    '0',
    'true',
    'false',
    'null',
    '[""]',
  ],
  ['{"":0}', '{"a":[]}', '{"a":null,"b":true}', '{"a" : {"b": [1 , 2]}}', '{"asd":"sdf", "dfg":"fgh"}'],
  ['[-1]', '[0.5]', '[1.50]', '[1e2]', '[1E+2]', '[1e-2]', '[123.456e2]', '[0e1]', '[0.0]', '[-0.5]', '[-123]'],
  [`[${'0.'.padEnd(79, '0')}1]`, '[9007199254740991]', '[-9007199254740991]', '[0.30000000000000004]', '[5e-324]'],
  ['["\\"\\\\\\/\\b\\f\\n\\r\\t"]', '["\\u00e9"]', '["\\ud83d\\ude39"]', '["\\u0060\\u012a\\u12AB"]', '["\\\\u0000"]'],
  ['["\\uFFFF"]', '["€𝄞"]', '["\u2028"]', '["\u007f"]', '["a/*b*/c"]', '["\\u0022"]', '{"foo\\u0020bar": 42}'],
].flat();

const MUST_REFUSE: readonly string[] = [
  ['', ' ', '[', ']', '{', '}', '[1', '[1,]', '[,1]', '[1,,2]', '[1 2]', '["a" "b"]', '[1]]', '[1]x', '[]{}', '{}{}'],
  ['{"a"}', '{"a":}', '{"a":1,}', '{,}', '{"a":1 "b":2}', '{a:1}', "{'a':1}", '{1:1}', '{"a"::1}', '{"a":1', '{:1}'],
  ['[01]', '[-01]', '[+1]', '[1.]', '[.5]', '[-.5]', '[1.e1]', '[1e]', '[1e+]', '[1eE2]', '[0x1]', '[1_000]', '[--1]'],
  ['[-]', '[1-2]', '[1+2]', '[1.2.3]', '[Infinity]', '[-Infinity]', '[NaN]', '[-NaN]', '[Inf]', '[1e1.5]', '[- 1]'],
  [
    '[tru]',
    '[True]',
    '[nul]',
    '[NULL]',
    '[undefined]',
    '["a]',
    '[a"]',
    '["\\"]',
    '["\\x41"]',
    '["\\u12"]',
    '["\\uZZZZ"]',
  ],
  [
    '["\\a"]',
    '["\\U0041"]',
    '["\u0000"]',
    '["\n"]',
    '["\t"]',
    "['a']",
    '["a\\',
    '// x\n[]',
    '[]// x',
    '/**/[]',
    '#\n[]',
  ],
  ['\u00a0[]', '[\u2028]', '\f[]', '[\v1]', '\ufeff[]', '[１]', '{"a":1;"b":2}', '<x/>', 'a=1', '*', '[1}', '{"a":1]'],
].flat();

const REFUSED_BY_NAME: readonly (readonly [text: string, reason: string])[] = [
  ['{"a":1,"a":1}', 'json_duplicate_key'],
  ['{"a":{"b":1},"a":{"b":1}}', 'json_duplicate_key'],
  ['[-0]', 'json_number'],
  ['[-0e5]', 'json_number'],
  ['[1e309]', 'json_number'],
  ['[-1e9999]', 'json_number'],
  ['[1E22]', 'json_number'],
  ['[1e-999]', 'json_number'],
  ['[100000000000000000000]', 'json_number'],
  ['[3.141592653589793238462643383279]', 'json_number'],
  [`[0.${'0'.repeat(200)}1]`, 'json_number'],
  ['["\\u0000"]', 'json_nul'],
  ['{"\\u0000":1}', 'json_key'],
  ['["\\uD800"]', 'json_surrogate'],
  ['["\\uDFAA\\uD800"]', 'json_surrogate'],
  ['["\\uD888\\u1234"]', 'json_surrogate'],
];

const REFUSED_BYTES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a lone continuation byte', [0x5b, 0x22, 0x81, 0x22, 0x5d]],
  ['an overlong slash', [0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d]],
  ['a surrogate in UTF-8', [0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]],
  ['a character cut short', [0x5b, 0x22, 0xe2, 0x82, 0x22, 0x5d]],
  ['a code point over U+10FFFF', [0x5b, 0x22, 0xf4, 0x90, 0x80, 0x80, 0x22, 0x5d]],
  ['UTF-16 with a mark', [0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00]],
  ['UTF-16 without a mark', [0x00, 0x5b, 0x00, 0x5d]],
  ['a UTF-8 mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
];

describe('RFC 8259', () => {
  test.each(MUST_TAKE)('takes %j', (text) => {
    const result = readJson(Buffer.from(text));
    expect(outcome(result)).toBe('accepted');
    if (result.ok) expect(result.value.value).toEqual(JSON.parse(text));
  });

  test.each(MUST_REFUSE)('refuses %j', (text) => {
    expect(outcome(readJson(Buffer.from(text)))).toMatch(/^400 json_(invalid|bom|number)$/);
  });

  test.each(REFUSED_BY_NAME)('refuses %j, which parsers read differently', (text, reason) => {
    expect(outcome(readJson(Buffer.from(text)))).toBe(`400 ${reason}`);
  });

  test.each(REFUSED_BYTES)('refuses %s', (_, bytes) => {
    expect(readJson(Buffer.from(bytes)).ok).toBe(false);
  });
});
