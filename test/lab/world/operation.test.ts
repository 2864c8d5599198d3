import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operation, operations } from '../../../src/lab/world/operation.ts';

describe('an operation', () => {
  it.each([
    ['GET /v1/charges/{id}', 'GET', '/v1/charges/ch_1', { id: 'ch_1' }],
    ['GET /v1/charges/{id}', 'POST', '/v1/charges/ch_1', undefined],
    ['GET /v1/charges/{id}', 'GET', '/v1/charges/', undefined],
    ['GET /v1/charges/{id}', 'GET', '/v1/charges', undefined],
    ['GET /v1/charges/{id}', 'GET', '/v1/charges/ch_1/refunds', undefined],
    ['GET /a/{one}/b/{two}', 'GET', '/a/1/b/2', { one: '1', two: '2' }],
    ['* /v1/payouts', 'DELETE', '/v1/payouts', {}],
  ])('%s, asked %s %s, gives %o', (text, method, path, parameters) => {
    expect(operation(text).match(method, path)).toEqual(parameters);
  });
});

describe('a list of operations', () => {
  const segment = fc.constantFrom('a', 'b', '{x}', '{y}');
  const path = (of: fc.Arbitrary<string>) =>
    fc.array(of, { minLength: 1, maxLength: 3 }).map((all) => `/${all.join('/')}`);
  const method = fc.constantFrom('GET', 'POST');
  const texts = fc.array(
    fc.tuple(method, path(segment)).map((parts) => parts.join(' ')),
    { maxLength: 8 },
  );

  it('finds the first that matches by itself, and nothing where none does', () => {
    fc.assert(
      fc.property(texts, method, path(fc.constantFrom('a', 'b', 'c', '')), (list, asked, where) => {
        const all = list.map((text) => ({ operation: operation(text) }));
        const first = all.find((one) => one.operation.match(asked, where) !== undefined);
        const found = operations(all).find(asked, where);
        expect(found?.found).toBe(first);
        expect(found?.parameters).toEqual(first?.operation.match(asked, where));
      }),
    );
  });
});
