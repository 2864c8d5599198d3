import { expect, test } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import { parseSource, sourceReader } from '../../src/policy/sources.ts';

const vendors = { data: [{ account: 'acct_1' }, { account: ' acct_2 ' }, { name: 'no account' }, { account: 4711 }] };

test.each<readonly [field: string, body: Json, values: readonly string[]]>([
  ['body.account', { account: 'acct_1' }, ['acct_1']],
  ['body.bank.account', { bank: { account: 'acct_1' } }, ['acct_1']],
  ['body.data.*.account', vendors, ['acct_1', 'acct_2', '4711']],
  ['body.data.1.account', vendors, ['acct_2']],
  ['body.*', { a: 'x', b: 'x', c: 'y' }, ['x', 'y']],
  ['body.account', { account: { id: 'acct_1' } }, []],
  ['body.account', ['acct_1'], []],
  ['body.account', 'acct_1', []],
  ['body.account', null, []],
  ['body.constructor.name', {}, []],
  ['body.email', { email: 'Ann@Shop.Example' }, ['ann@shop.example']],
  ['body.text', { text: 'x'.repeat(257) }, []],
])('%s of %j', (field, body, values) => {
  expect(sourceReader(field)(body)).toEqual(values);
});

test('one answer vouches for a thousand values and no more', () => {
  const data = Array.from({ length: 3_000 }, (_, index) => ({ account: `acct_${index}` }));
  expect(sourceReader('body.data.*.account')({ data })).toHaveLength(1_000);
});

test('an answer made of many places is looked at only so far', () => {
  const data = Array.from({ length: 300_000 }, (_, index) => (index < 299_999 ? {} : { account: 'acct_last' }));
  expect(sourceReader('body.data.*.account')({ data })).toEqual([]);
});

test.each(['account', 'body', 'body.', 'body..x', 'query.x', 'body.a b'])('%j is no field of an answer', (text) => {
  expect(parseSource(text)).toBeUndefined();
});
