import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyFields } from '../../src/report/request-fields.ts';

const FORM = 'application/x-www-form-urlencoded';

test.each([
  [
    'a form, decoded',
    'charge=ch_1&metadata%5Bwhy%5D=a+b',
    FORM,
    [
      ['charge', 'ch_1'],
      ['metadata[why]', 'a b'],
    ],
  ],
  [
    'a name that comes twice, twice',
    'id=1&id=2',
    FORM,
    [
      ['id', '1'],
      ['id', '2'],
    ],
  ],
  [
    'JSON by its paths',
    '{"to":{"id":"a"},"items":[{"n":1},{}]}',
    'application/json',
    [
      ['to.id', 'a'],
      ['items[0].n', '1'],
      ['items[1]', '{}'],
    ],
  ],
  [
    'a text that could be taken for a number, in quotes',
    '{"a":"1","b":1,"c":""}',
    'application/json',
    [
      ['a', '"1"'],
      ['b', '1'],
      ['c', '""'],
    ],
  ],
  [
    'a number that printing would round, as it was sent',
    '{"a":12345678901234567890}',
    'application/json',
    [['body', '{"a":12345678901234567890}']],
  ],
  ['a key that comes twice, as it was sent', '{"a":1,"a":2}', 'application/json', [['body', '{"a":1,"a":2}']]],
  ['plain text', 'hello', 'text/plain', [['body', 'hello']]],
  ['nothing', null, '', []],
] as const)('%s', (_, body, type, fields) => {
  expect(bodyFields(body, type).map(({ name, value }) => [name, value])).toEqual(fields);
});

test('nothing of a body is left out: every leaf of a JSON body is a field', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const json = fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), leaf, { minKeys: 1, maxKeys: 4 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(json, (value) => {
      const leaves = value.reduce((sum, each) => sum + Object.keys(each).length, 0);
      expect(bodyFields(JSON.stringify(value), 'application/json')).toHaveLength(leaves);
    }),
  );
});
