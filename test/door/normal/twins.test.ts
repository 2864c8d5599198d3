import { expect, test } from 'vitest';
import { twinOf } from '../../../src/door/normal/twins.ts';

const reads = { body: new Set(['amount', 'chargeId']), query: new Set(['limit']), scalars: new Set(['amount']) };
const nothing = { value: undefined, nested: [] };
const query = (fields: Record<string, string>, nested: readonly string[] = []) => ({ query: fields, nested });

test.each(['amount', 'AMOUNT', 'Amount', 'ａmount', 'chargeid', 'CHARGEID'])(
  'attack: %s in the query of a call whose body is judged, for a server that takes it from there in any case',
  (name) => {
    const body = { value: { amount: '100', chargeId: 'ch_1' }, nested: [] };
    expect(twinOf(reads, query({ [name]: '9000' }), body)).toMatchObject({ status: 400, reason: 'field_misplaced' });
    expect(twinOf(reads, query({ [name]: '9000' }), nothing)).toMatchObject({ reason: 'field_misplaced' });
  },
);

test('attack: a field that rules read in the query stands in the body, in another case', () => {
  expect(twinOf(reads, query({ limit: '1' }), { value: { Limit: '1000' }, nested: [] })).toMatchObject({
    reason: 'field_misplaced',
  });
});

test('what rules do not read may stand anywhere, and each of what they read in its place', () => {
  const body = { value: { amount: '100', chargeId: 'ch_1', Note: 'x' }, nested: [] };
  expect(twinOf(reads, query({ limit: '1', note: 'x', amounts: '1' }), body)).toBeUndefined();
});

test('a field that rules read as one value must not be a list or an object', () => {
  expect(twinOf(reads, query({}), { value: { amount: ['1'] }, nested: ['amount'] })).toMatchObject({
    reason: 'field_nested',
  });
});
