import { describe, expect, it } from 'vitest';
import { departs } from './described.ts';

const AMOUNT = { type: 'object', required: ['amount'], properties: { amount: { type: 'integer' } } };
const PET = {
  type: 'object',
  required: ['kind'],
  properties: { kind: { type: 'string' } },
  discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', dog: 'Dog' } },
};
const CAT = { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { lives: { type: 'integer' } } }] };
const DOG = { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { bark: { type: 'boolean' } } }] };
const FAMILY = { Pet: PET, Cat: CAT, Dog: DOG };
const CARD = {
  type: 'object',
  required: ['kind', 'number'],
  properties: { kind: { type: 'string' }, number: { type: 'string' } },
};
const IBAN = {
  type: 'object',
  required: ['kind', 'iban'],
  properties: { kind: { type: 'string' }, iban: { type: 'string' } },
};
const PAYMENT = {
  oneOf: [{ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Iban' }],
  discriminator: { propertyName: 'kind', mapping: { card: '#/components/schemas/Card' } },
};
const NODE = { type: 'object', properties: { name: { type: 'string' }, next: { $ref: '#/components/schemas/Node' } } };
const A_B = { allOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: { type: 'string' } } }] };

/** As large documents have them: alternatives that nothing but a closed list of values tells apart. */
const method = (types: string[], field: string): object => ({
  type: 'object',
  additionalProperties: false,
  required: [field],
  properties: { type: { type: 'string', enum: types }, [field]: { type: 'string' } },
});
const METHODS = { Cards: method(['scheme', 'debit'], 'number'), Bank: method(['iban'], 'iban') };
const METHOD = { oneOf: [{ $ref: '#/components/schemas/Cards' }, { $ref: '#/components/schemas/Bank' }] };

type Row = [what: string, schema: unknown, body: unknown, faults: string[], schemas?: object];

describe('a JSON body departs from its schema', () => {
  it.each<Row>([
    ['nowhere', AMOUNT, { amount: 5 }, []],
    ['in a type', AMOUNT, { amount: '5' }, ['body.amount: must be integer']],
    ['in a missing member', AMOUNT, {}, ['body.amount: is missing']],
    ['in a misspelt one', AMOUNT, { amount: 5, amout: 6 }, ['body.amout: is not known; did you mean amount?']],
    ['in two', AMOUNT, { amout: 6 }, ['body.amount: is missing', 'body.amout: is not known; did you mean amount?']],
    ['nowhere, where others are allowed', { ...AMOUNT, additionalProperties: true }, { amount: 5, x: 1 }, []],
    [
      'in another that is described',
      { ...AMOUNT, additionalProperties: { type: 'string' } },
      { amount: 5, secret: 1 },
      ['body.*: must be string'],
    ],
    ['nowhere, where nothing is described', { type: 'object' }, { a: { b: 1 } }, []],
    [
      'in a list',
      { properties: { items: { type: 'array', items: AMOUNT } } },
      { items: [{ amount: 1 }, { amount: 'x' }] },
      ['body.items[1].amount: must be integer'],
    ],
    [
      'in a closed list of values',
      { properties: { kind: { enum: ['a', 'b'] } } },
      { kind: 'secret' },
      ['body.kind: must be one of a, b'],
    ],
    [
      'in a format',
      { properties: { on: { type: 'string', format: 'date' } } },
      { on: '2026-02-30' },
      ['body.on: must be of the format date'],
    ],
    [
      'nowhere, by a format nobody knows',
      { properties: { on: { type: 'string', format: 'moon' } } },
      { on: 'full' },
      [],
    ],
    [
      'in a whole number of 32 bits',
      { properties: { n: { type: 'integer', format: 'int32' } } },
      { n: 2 ** 31 },
      ['body.n: must be of the format int32'],
    ],
    [
      'in a bound that excludes itself (3.0)',
      { properties: { n: { type: 'number', minimum: 0, exclusiveMinimum: true } } },
      { n: 0 },
      ['body.n: must be > 0'],
    ],
    [
      'in a pattern',
      { properties: { id: { type: 'string', pattern: '^ch_\\w+$' } } },
      { id: 'secret!' },
      ['body.id: must match ^ch_\\w+$'],
    ],
    [
      'nowhere, where null is allowed (3.0)',
      { properties: { a: { type: 'string', nullable: true, enum: ['x'] } } },
      { a: null },
      [],
    ],
    ['in null', { properties: { a: { type: 'string' } } }, { a: null }, ['body.a: must be string']],
    [
      'in a member that is read only',
      { required: ['id'], properties: { id: { type: 'string', readOnly: true } } },
      { id: 'x' },
      ['body.id: may not be sent'],
    ],
    [
      'nowhere, though a read-only member is required',
      { required: ['id'], properties: { id: { type: 'string', readOnly: true } } },
      {},
      [],
    ],
    ['nowhere, across parts', A_B, { a: 'x', b: 'y' }, []],
    ['in a member that no part knows', A_B, { a: 'x', c: 'y' }, ['body.c: is not known; did you mean a?']],
    ['in a part, whose known members stay known', A_B, { a: 1, b: 'y' }, ['body.a: must be string']],
    [
      'nowhere, in either alternative',
      { anyOf: [AMOUNT, { properties: { all: { type: 'boolean' } } }] },
      { all: true },
      [],
    ],
    [
      'from every alternative',
      { oneOf: [AMOUNT, { required: ['all'], properties: { all: {} } }] },
      { x: 1 },
      ['body: fits none of the forms described'],
    ],
    ['nowhere, where two alternatives fit', { oneOf: [AMOUNT, AMOUNT] }, { amount: 1 }, []],
    [
      'in the alternative that is named',
      PAYMENT,
      { kind: 'card', iban: 'secret' },
      ['body.number: is missing'],
      { Card: CARD, Iban: IBAN },
    ],
    [
      'nowhere in an alternative named by its schema',
      PAYMENT,
      { kind: 'Iban', iban: 'x' },
      [],
      { Card: CARD, Iban: IBAN },
    ],
    [
      'in the name of the alternative',
      PAYMENT,
      { kind: 'cash' },
      ['body.kind: must be one of card, Iban'],
      { Card: CARD, Iban: IBAN },
    ],
    ['nowhere, where a value tells', METHOD, { type: 'debit', number: '4' }, [], METHODS],
    ['nowhere, where none does and one fits', METHOD, { iban: 'x' }, [], METHODS],
    [
      'in the one that a value tells',
      METHOD,
      { type: 'iban', ibam: 'x' },
      ['body.iban: is missing', 'body.ibam: is not known; did you mean iban?'],
      METHODS,
    ],
    [
      'in a value that tells nothing',
      METHOD,
      { type: 'cash' },
      ['body.type: must be one of scheme, debit, iban'],
      METHODS,
    ],
    ['nowhere in a child', { $ref: '#/components/schemas/Pet' }, { kind: 'cat', lives: 9 }, [], FAMILY],
    [
      'in a child',
      { $ref: '#/components/schemas/Pet' },
      { kind: 'dog', bark: 'loud' },
      ['body.bark: must be boolean'],
      FAMILY,
    ],
    [
      'in a member of another child',
      { $ref: '#/components/schemas/Pet' },
      { kind: 'dog', lives: 9 },
      ['body.lives: is not known'],
      FAMILY,
    ],
    [
      'nowhere in a circle',
      { $ref: '#/components/schemas/Node' },
      { next: { next: { name: 'x' } } },
      [],
      { Node: NODE },
    ],
    [
      'deep in a circle',
      { $ref: '#/components/schemas/Node' },
      { next: { next: { nme: 'x' } } },
      ['body.next.next.nme: is not known; did you mean name?'],
      { Node: NODE },
    ],
  ])('%s', (_what, schema, body, faults, schemas) => {
    expect(departs(schema, body, schemas)).toEqual(faults);
  });

  it.each<Row>([
    ['nowhere, in one of several types', { properties: { a: { type: ['string', 'null'] } } }, { a: null }, []],
    [
      'in one of several types',
      { properties: { a: { type: ['string', 'null'] } } },
      { a: 1 },
      ['body.a: must be string or null'],
    ],
    ['in a bound of its own', { properties: { n: { exclusiveMinimum: 0 } } }, { n: 0 }, ['body.n: must be > 0']],
    ['in a constant', { properties: { v: { const: 2 } } }, { v: 1 }, ['body.v: must be 2']],
    [
      'beside a reference',
      { $ref: '#/components/schemas/A', properties: { b: { type: 'integer' } } },
      { amount: 1, b: 'x' },
      ['body.b: must be integer'],
      { A: AMOUNT },
    ],
    [
      'nowhere beside a reference',
      { $ref: '#/components/schemas/A', properties: { b: {} } },
      { amount: 1, b: 'x' },
      [],
      { A: AMOUNT },
    ],
    [
      'in the first of a row',
      { properties: { row: { prefixItems: [{ type: 'integer' }] } } },
      { row: ['x'] },
      ['body.row[0]: must be integer'],
    ],
  ])('of 3.1: %s', (_what, schema, body, faults, schemas) => {
    expect(departs(schema, body, schemas, '3.1.0')).toEqual(faults);
  });

  it('at most five times', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`field_${index}`, index]));
    expect(departs(AMOUNT, { amount: 1, ...many })).toHaveLength(5);
  });
});
