import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { api, load, request, thing } from './described.ts';

const FORM = 'application/x-www-form-urlencoded';
const fields = {
  type: 'object',
  required: ['amount'],
  properties: {
    amount: { type: 'integer', minimum: 1 },
    rate: { type: 'number' },
    all: { type: 'boolean' },
    note: { type: 'string' },
    until: { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['now'] }] },
    tags: { type: 'array', items: { type: 'integer' } },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const OPERATION = {
  parameters: [
    { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
    { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'integer' } } },
    { name: 'expand[]', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    { name: 'X-Version', in: 'header', required: true, schema: { type: 'string', enum: ['1'] } },
    { name: 'Authorization', in: 'header', required: true, schema: { type: 'string' } },
  ],
  requestBody: { required: true, content: { [FORM]: { schema: fields }, 'application/json': { schema: fields } } },
};
const shape = thing(load(api(OPERATION))).shape!;
const sent = (body: unknown, type = FORM, query: object = {}, headers: object = { 'x-version': '1' }) =>
  shape(request({ body: body as never, query: query as never, headers: { 'content-type': type, ...headers } }));

describe('a form is read by its schema', () => {
  it.each<[string, object, string[]]>([
    ['a whole number', { amount: '500' }, []],
    ['a fraction', { amount: '5.00' }, ['body.amount: must be integer']],
    ['another spelling of a number', { amount: '5e2' }, ['body.amount: must be integer']],
    ['a number with zeros before it', { amount: '0500' }, ['body.amount: must be integer']],
    ['blanks around a number', { amount: ' 500' }, ['body.amount: must be integer']],
    ['more digits than a double holds', { amount: '9007199254740993' }, ['body.amount: must be integer']],
    ['a number below its bound', { amount: '0' }, ['body.amount: must be >= 1']],
    ['a decimal', { amount: '1', rate: '1.25' }, []],
    [
      'a decimal with more digits than a double holds',
      { amount: '1', rate: '0.12345678901234567' },
      ['body.rate: must be number'],
    ],
    ['a truth', { amount: '1', all: 'true' }, []],
    ['no truth', { amount: '1', all: 'yes' }, ['body.all: must be boolean']],
    ['a text of digits', { amount: '1', note: '007' }, []],
    ['an alternative', { amount: '1', until: '1700000000' }, []],
    ['another alternative', { amount: '1', until: 'now' }, []],
    ['nested members', { amount: '1', metadata: { order: '6735' } }, []],
    ['a list', { amount: '1', tags: ['1', '2'] }, []],
    ['a list with another thing in it', { amount: '1', tags: ['1', 'x'] }, ['body.tags[1]: must be integer']],
    ['a misspelt field', { amount: '1', notes: 'x' }, ['body.notes: is not known; did you mean note?']],
  ])('%s', (_what, body, faults) => expect(sent(body)).toEqual(faults));

  it('and JSON is not: its values have types of their own', () => {
    expect(sent({ amount: '500' }, 'application/json; charset=utf-8')).toEqual(['body.amount: must be integer']);
    expect(sent({ amount: 500 }, 'application/json')).toEqual([]);
  });
});

describe('beside the body', () => {
  it.each<[string, object, object, string[]]>([
    ['a number in the query', { limit: '10' }, {}, []],
    ['no number', { limit: 'ten' }, {}, ['query.limit: must be integer']],
    ['a list with commas', { ids: '1,2' }, {}, []],
    ['a list in brackets', { expand: ['charge'] }, {}, []],
    ['a list of one', { expand: 'charge' }, {}, []],
    ['a parameter nobody knows', { limt: '1' }, {}, ['query.limt: is not known; did you mean limit?']],
    ['a header that is missing', {}, { 'x-version': undefined }, ['header.x-version: is missing']],
    ['a header of another value', {}, { 'x-version': '2' }, ['header.x-version: must be one of 1']],
    ['headers nobody describes', {}, { 'x-trace': 'y' }, []],
  ])('%s', (_what, query, headers, faults) => {
    expect(sent({ amount: '1' }, FORM, query, { 'x-version': '1', ...headers })).toEqual(faults);
  });

  it('a body that is missing, of another type, or not asked for', () => {
    expect(sent(undefined)).toEqual(['body: is missing']);
    expect(sent({ amount: '1' }, 'text/csv')).toEqual([
      `header.content-type: is not described; send ${FORM} or application/json`,
    ]);
    const bodiless = thing(load(api({}))).shape!;
    expect(bodiless(request({ body: {} }))).toEqual([]);
    expect(bodiless(request({ body: { a: 1 } }))).toEqual(['body: is not described; send none']);
  });

  it('path parameters go by the place they stand in, and by the name the policy gives them', () => {
    const get = { parameters: [{ name: 'thingId', in: 'path', required: true, schema: { type: 'integer' } }] };
    const document = { openapi: '3.0.3', paths: { '/things/{thingId}': { get } } };
    const reader = thing(load(document, { match: 'GET /things/{id}' })).shape!;
    expect(reader(request({ method: 'GET', params: { id: '7' } }))).toEqual([]);
    expect(reader(request({ method: 'GET', params: { id: 'seven' } }))).toEqual(['path.id: must be integer']);
  });
});

it('the request is left as it came', () => {
  const body = { amount: '500', tags: ['1'], metadata: { a: '1' } };
  sent(body);
  expect(body).toEqual({ amount: '500', tags: ['1'], metadata: { a: '1' } });
});

it('no value of a request stands in its faults', () => {
  const secret = 'zq9zq9';
  const value = fc.oneof(
    fc.constant(secret),
    fc.constant([secret]),
    fc.constant({ [`k${secret}`]: secret }),
    fc.constant({ a: [{ b: secret }] }),
  );
  const name = fc.constantFrom('amount', 'rate', 'all', 'note', 'until', 'tags', 'metadata', 'other');
  let faulty = 0;
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.constantFrom(FORM, 'application/json'), (body, type) => {
      const faults = sent(body, type, { limit: secret }, { 'x-version': secret });
      expect(faults.join('\n').replaceAll(/^body\.\S+: is not known.*$/gm, '')).not.toContain(secret);
      faulty += faults.length;
    }),
  );
  expect(faulty).toBeGreaterThan(100);
});
