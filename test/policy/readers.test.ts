import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import type { Request } from '../../src/engine/policy.ts';
import { amountReader } from '../../src/policy/amount.ts';
import { parseField } from '../../src/policy/field.ts';
import { ITEMS_UNCOUNTABLE, itemsReader } from '../../src/policy/items.ts';
import { parseSubject, subjectReader } from '../../src/policy/subject.ts';

const request = (body: Json | undefined, more: Partial<Request> = {}): Request => ({
  method: 'POST',
  params: {},
  query: {},
  headers: {},
  body,
  ...more,
});

const usd = (micros: bigint) => ({ micros, currency: 'USD' });

describe('an amount in minor units', () => {
  const read = amountReader({ minor: 'body.amount', currency: 'body.currency', default: 'usd' });

  test.each<[string, Json, unknown]>([
    ['an integer', { amount: 1234 }, usd(12_340_000n)],
    ['an integer text, as forms have it', { amount: '1234', currency: 'usd' }, usd(12_340_000n)],
    ['a currency in capitals', { amount: 5, currency: 'JPY' }, { micros: 5_000_000n, currency: 'JPY' }],
    ['a currency of three decimals', { amount: 5, currency: 'kwd' }, { micros: 5_000n, currency: 'KWD' }],
    ['a negative amount, for the collar to refuse', { amount: -5 }, usd(-50_000n)],
    ['a fraction', { amount: 12.5 }, { fault: 'malformed' }],
    ['an exponent in a text', { amount: '1e3' }, { fault: 'malformed' }],
    ['a hexadecimal text', { amount: '0x10' }, { fault: 'malformed' }],
    ['leading zeros', { amount: '007' }, { fault: 'malformed' }],
    ['spaces', { amount: ' 7' }, { fault: 'malformed' }],
    ['other digits', { amount: '٧' }, { fault: 'malformed' }],
    ['more than JSON carries exactly', { amount: 9_007_199_254_740_992 }, { fault: 'malformed' }],
    ['a list', { amount: [7] }, { fault: 'malformed' }],
    ['a truth', { amount: true }, { fault: 'malformed' }],
    ['nothing', {}, { fault: 'missing' }],
    ['null', { amount: null }, { fault: 'missing' }],
    ['no body', null, { fault: 'missing' }],
    ['an unknown currency', { amount: 7, currency: 'xyz' }, { fault: 'currency' }],
    ['a currency that is null, not absent', { amount: 7, currency: null }, { fault: 'currency' }],
    ['a currency in a list', { amount: 7, currency: ['usd'] }, { fault: 'currency' }],
    ['a currency whose capitals are another text', { amount: 7, currency: 'uſd' }, { fault: 'currency' }],
  ])('%s', (_name, body, fact) => expect(read(request(body))).toEqual(fact));

  test('without a default, a request must state its currency', () => {
    const strict = amountReader({ minor: 'body.amount', currency: 'body.currency' });
    expect(strict(request({ amount: 7 }))).toEqual({ fault: 'currency' });
  });

  test('members that a body inherits are not read', () => {
    const inherited = Object.create({ amount: 7 }) as Json;
    expect(read(request(inherited))).toEqual({ fault: 'missing' });
    const reader = amountReader({ minor: 'body.constructor.length', currency: 'USD' });
    expect(reader(request({}))).toEqual({ fault: 'missing' });
  });
});

describe('an amount in major units', () => {
  const read = amountReader({ major: 'body.total', currency: 'EUR' });

  test.each<[string, Json, unknown]>([
    ['a decimal text', { total: '12.34' }, { micros: 12_340_000n, currency: 'EUR' }],
    ['a number whose shortest form is exact', { total: 12.34 }, { micros: 12_340_000n, currency: 'EUR' }],
    ['a sum that is not what it looks like', { total: 0.1 + 0.2 }, { fault: 'malformed' }],
    ['too many decimals', { total: '1.001' }, { fault: 'malformed' }],
    ['a number that prints with an exponent', { total: 1e21 }, { fault: 'malformed' }],
    ['a comma', { total: '1,5' }, { fault: 'malformed' }],
    ['a point without digits', { total: '1.' }, { fault: 'malformed' }],
  ])('%s', (_name, body, fact) => expect(read(request(body))).toEqual(fact));
});

test('a fixed amount is the same for every request', () => {
  expect(amountReader({ fixed: '0.10 USD' })(request(undefined))).toEqual(usd(100_000n));
});

describe('a subject', () => {
  const reader = (text: string) => {
    const parsed = parseSubject(text);
    if (!parsed.ok) throw new Error(parsed.failure);
    return subjectReader(parsed.value);
  };

  test('is made of the fields it names', () => {
    const read = reader('order:{id}/{body.item.sku}/{query.page}/{header.X-Tenant}');
    const whole = request(
      { item: { sku: 7 } },
      { params: { id: 'o1' }, query: { page: '2' }, headers: { 'x-tenant': 't' } },
    );
    expect(read(whole)).toBe('order:o1/7/2/t');
  });

  test.each<[string, Json]>([
    ['missing', {}],
    ['empty', { charge: '' }],
    ['null', { charge: null }],
    ['a list', { charge: ['ch_1'] }],
    ['a truth', { charge: true }],
  ])('is none where a field is %s', (_name, body) => expect(reader('charge:{body.charge}')(request(body))).toBeNull());
});

describe('the items of a bulk call', () => {
  const read = itemsReader(parseField('body.items')!);

  test('are counted in a list, and in the object that a form makes of one', () => {
    expect(read(request({ items: [1, 2, 3] }))).toBe(3);
    expect(read(request({ items: { '0': 'a', '7': 'b' } }))).toBe(2);
    expect(itemsReader(parseField('body')!)(request([1, 2]))).toBe(2);
  });

  test.prop([
    fc.constantFrom<Json | undefined>(undefined, null, 'a,b,c', 3, {}, { items: 'a,b' }, { items: 2 }, { items: null }),
  ])('that cannot be counted are too many for any collar', (body) => {
    expect(read(request(body))).toBe(ITEMS_UNCOUNTABLE);
  });
});
