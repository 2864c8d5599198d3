import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/engine/policy.ts';
import { answer, api, load, thing } from './described.ts';

const charge = {
  type: 'object',
  required: ['id', 'amount', 'secret'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', maxLength: 4 },
    amount: { type: 'integer', minimum: 1 },
    status: { type: 'string', enum: ['paid', 'open'] },
    due: { type: 'string', format: 'date' },
    secret: { type: 'string', writeOnly: true },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    lines: { type: 'array', items: { $ref: '#/components/schemas/line' } },
  },
};
const json = (schema: unknown): object => ({ description: '', content: { 'application/json': { schema } } });
const DOCUMENT = api(
  {
    responses: {
      200: json(charge),
      201: { $ref: '#/components/responses/made' },
      204: { description: 'nothing' },
      '4XX': json({ type: 'object', required: ['error'] }),
    },
  },
  {
    components: {
      responses: { made: json({ $ref: '#/components/schemas/line' }) },
      schemas: { line: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
    },
  },
);
const reader = thing(load(DOCUMENT, { upstream: 'contract: {}' })).contract!;
const CHARGE = { id: 'ch_1', amount: 500 };

describe('an answer departs from its response', () => {
  it.each<[string, Partial<Answer>, readonly string[] | null]>([
    ['nowhere', { body: CHARGE }, []],
    ['nowhere in members that are new', { body: { ...CHARGE, fee: 3 } }, []],
    ['nowhere beyond a bound', { body: { id: 'ch_12345', amount: 0 } }, []],
    ['in a type', { body: { ...CHARGE, amount: '5.00' } }, ['body.amount: must be integer']],
    ['in a member that is gone', { body: { id: 'x' } }, ['body.amount: is missing']],
    ['in a value nobody knew', { body: { ...CHARGE, status: 'held' } }, ['body.status: must be one of paid, open']],
    [
      'in the way dates are written',
      { body: { ...CHARGE, due: '31/12/2026' } },
      ['body.due: must be of the format date'],
    ],
    [
      'in elements alike',
      { body: { ...CHARGE, lines: [{}, { sku: 1 }, {}] } },
      ['body.lines[].sku: is missing', 'body.lines[].sku: must be string'],
    ],
    [
      'in a member whose name is data',
      { body: { ...CHARGE, metadata: { jane: 1 } } },
      ['body.metadata.*: must be string'],
    ],
    ['in the response that a reference names', { status: 201, body: {} }, ['body.sku: is missing']],
    ['nowhere, where no body is described', { status: 204, contentType: null }, []],
    ['in the response of its class', { status: 404, body: {} }, ['body.error: is missing']],
    ['in its status', { status: 202, body: CHARGE }, ['status: 202 is not described']],
    ['in its type', { contentType: 'text/html' }, ['content-type: is not described']],
    ['in having no type', { contentType: null }, ['content-type: is missing']],
    ['in being no JSON', {}, ['body: is no JSON']],
  ])('%s', (_what, more, expected) => expect(reader(answer(more))).toEqual(expected));

  it('a default covers every status, and a type without a schema is not looked into', () => {
    const responses = { default: { description: '', content: { 'application/json': {} } } };
    const read = thing(load(api({ responses }), { upstream: 'contract: {}' })).contract!;
    expect(read(answer({ status: 207, body: 3 }))).toBeNull();
  });
});

it('answers are read only where the policy has a contract', () => {
  expect(thing(load(DOCUMENT)).contract).toBeUndefined();
});
