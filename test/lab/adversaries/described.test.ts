import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { adversaries } from '../../../src/lab/adversaries/all.ts';
import { act, errandOf } from '../../../src/lab/adversaries/errand.ts';
import { VARIANT_ALL } from '../../../src/lab/adversaries/fill.ts';
import { groundOf, type Operation } from '../../../src/lab/adversaries/ground.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import { Arena, type Reply } from '../../../src/lab/probe/arena.ts';
import { newField, type Field } from '../../../src/lab/probe/field.ts';
import { search } from '../../../src/lab/probe/search.ts';
import { defineWorld, type World, type WorldDefinition } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { fail, ok } from '../../../src/std/result.ts';
import { ManualClock } from '../../../src/std/clock.ts';

const STARTS_AT = Date.UTC(2026, 2, 2, 9);
const PAYMENTS_DOCUMENT = readFileSync(new URL('../../../mocks/payments.openapi.yaml', import.meta.url), 'utf8');

/** The payments world as one who has only its document knows it. */
const { operations: _known, ...stripped } = payments;

function fieldOf(policy: string, document: string, definition: WorldDefinition): Field {
  const files = { include: () => fail('none'), document: () => ok(Buffer.from(document)) };
  const loaded = loadPolicy(policy, 'interlock.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return newField(loaded.value, new Map([['api', definition]]), { seed: 5, startsAt: STARTS_AT, size: 6 });
}

function operationsOf(field: Field): Readonly<Record<string, Operation>> {
  return Object.fromEntries(groundOf(field).operations.map((one) => [one.route?.id ?? one.template, one]));
}

/** What becomes of every operation's plain requests. */
function replies(field: Field): readonly (Reply & { readonly request: string })[] {
  const ground = groundOf(field);
  const variants = Array.from({ length: VARIANT_ALL + 1 }, (_, variant) => variant);
  return ground.operations.flatMap((operation) =>
    variants.flatMap((variant) =>
      [0, 1, 2, 3].map((subject) => {
        const arena = new Arena(field, ground.starts[0] ?? STARTS_AT, []);
        const errand = errandOf(ground, operation, { agent: 0, token: 0, session: 0, subject, variant, amount: 0 });
        const { target, body = '' } = errand.request;
        return { ...act(arena, errand), request: `${operation.method} ${target} ${body}` };
      }),
    ),
  );
}

const paymentsPolicy = (upstream: string): string => `
version: 1
upstreams:
  api: { url: https://api.example, credential: { env: KEY, as: bearer }${upstream} }
routes:
  list_charges: { match: GET /v1/charges, upstream: api, effect: read }
  get_charge: { match: "GET /v1/charges/{charge}", upstream: api, effect: read }
  refund:
    match: POST /v1/refunds
    upstream: api
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  pay: { match: POST /v1/payouts, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
agents:
  bot: { stage: production, allow: [list_charges, get_charge, refund, pay] }
never: [{ money: out, over: 500 USD, per: day, timezone: UTC }]
`;
const DESCRIBED = paymentsPolicy(', openapi: ./payments.openapi.yaml');

describe('what an OpenAPI document says of a route', () => {
  test('is how it is called: types, bounds, choices, what may be left out; what is an id or an amount the policy says', () => {
    const { list_charges, get_charge, refund, pay } = operationsOf(fieldOf(DESCRIBED, PAYMENTS_DOCUMENT, stripped));
    expect(list_charges?.fields).toMatchObject({
      'query.customer': { kind: 'id', of: 'customer', optional: true },
      'query.limit': { kind: 'number', min: 1, max: 100, optional: true },
    });
    // The document calls it `id`.
    expect(get_charge?.fields).toEqual({ charge: { kind: 'id', of: 'charge' } });
    expect(refund).toMatchObject({ encoding: 'form', subjectAt: 'body.charge', amountAt: 'body.amount' });
    expect(refund?.fields).toEqual({
      'body.amount': { kind: 'amount', unit: 'minor', as: 'number', optional: true },
      'body.charge': { kind: 'id', of: 'charge' },
      'body.payment_intent': { kind: 'id', of: 'payment_intent', optional: true },
      'body.reason': { kind: 'choice', of: ['duplicate', 'fraudulent', 'requested_by_customer'], optional: true },
    });
    expect(pay?.fields).toMatchObject({
      'body.amount': { kind: 'amount' },
      'body.currency': { kind: 'currency', of: ['usd'] },
      'body.method': { kind: 'choice', optional: true },
    });
    expect(pay?.fields['body.currency']).not.toHaveProperty('optional');
  });

  test('gives requests that the business takes, for the most part', () => {
    const all = replies(fieldOf(DESCRIBED, PAYMENTS_DOCUMENT, stripped));
    const taken = all.filter(({ verdict, status }) => verdict === 'allow' && status !== null && status < 300);
    console.log(`${taken.length} of ${all.length} requests made from the document are answered 2xx`);
    expect(taken.length / all.length).toBeGreaterThan(0.6);
    // Each route has requests that are, in their simplest form.
    for (const path of ['GET /v1/charges', 'GET /v1/charges/', 'POST /v1/refunds', 'POST /v1/payouts']) {
      expect(taken.some(({ request }) => request.startsWith(path))).toBe(true);
    }
  });

  test("counts for less than a world's own form", () => {
    const { refund, pay } = operationsOf(fieldOf(DESCRIBED, PAYMENTS_DOCUMENT, payments));
    expect(pay?.fields).not.toHaveProperty(['body.description']);
    expect(pay?.fields['body.currency']).toEqual({ kind: 'currency', of: ['usd', 'eur', 'jpy'] });
    expect(refund?.fields['body.amount']).toEqual({ kind: 'amount', unit: 'minor', optional: true });
  });

  test('leads to a hole that the policy alone does not lead to: the business takes no payout without a currency', () => {
    const found = (policy: string): readonly string[] => {
      const field = fieldOf(policy, PAYMENTS_DOCUMENT, stripped);
      // Refunds alone would do: they are not what this is about.
      const oracles = neverOracles(field.loaded.never);
      const result = search(field, oracles, adversaries, { seed: 3, runs: 80, clock: new ManualClock(0) });
      return result.discoveries.map(({ harm }) => harm.deeds.map(({ entry }) => entry.kind).join(', '));
    };
    const payoutsAlone = (policy: string): string =>
      policy.replace('get_charge, refund, pay]', 'get_charge, pay]').replace(/ {2}refund:\n(?: {4}.*\n)*/, '');
    expect(found(payoutsAlone(DESCRIBED))[0]).toMatch(/^payout/);
    expect(found(payoutsAlone(paymentsPolicy('')))).toEqual([]);
  });
});

/** Everything that a document can say of a body, where the door's own check says whether it was understood. */
const INTRICATE = `
openapi: 3.0.3
info: { title: Intricate, version: '1' }
paths:
  /transfers/{reference}:
    parameters: [{ name: reference, in: path, required: true, schema: { type: string } }]
    post:
      parameters:
        - { name: dry, in: query, required: true, schema: { type: boolean } }
        - { name: X-Region, in: header, required: true, schema: { type: string, pattern: '^[a-z]{2}$' } }
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/transfer' } }
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/transfer' } }
      responses: { default: { description: done } }
components:
  schemas:
    money:
      type: object
      required: [value, currency_code]
      properties:
        value: { type: number, minimum: 0.01 }
        currency_code: { type: string, pattern: '^[A-Z]{3}$' }
    bank:
      type: object
      required: [type, iban]
      properties: { type: { type: string }, iban: { type: string, minLength: 15, maxLength: 34 } }
    card:
      type: object
      required: [type, number]
      properties: { type: { type: string }, number: { type: string } }
    origin:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
      discriminator: { propertyName: kind, mapping: { web: '#/components/schemas/web', app: '#/components/schemas/app' } }
    web: { allOf: [{ $ref: '#/components/schemas/origin' }, { type: object, required: [page], properties: { page: { type: string } } }] }
    app: { allOf: [{ $ref: '#/components/schemas/origin' }, { type: object, properties: { build: { type: string } } }] }
    base:
      type: object
      required: [id, urgency]
      properties:
        id: { type: string, readOnly: true }
        urgency: { type: integer, minimum: 2, exclusiveMinimum: true, maximum: 9 }
    transfer:
      allOf:
        - { $ref: '#/components/schemas/base' }
        - type: object
          required: [to, on, lines, origin, options]
          properties:
            total: { $ref: '#/components/schemas/money' }
            fee: { $ref: '#/components/schemas/money' }
            to:
              oneOf: [{ $ref: '#/components/schemas/card' }, { $ref: '#/components/schemas/bank' }]
              discriminator:
                propertyName: type
                mapping: { card: '#/components/schemas/card', account: '#/components/schemas/bank' }
            on: { type: string, format: date }
            origin: { $ref: '#/components/schemas/origin' }
            step: { type: integer, multipleOf: 5 }
            tags: { type: array, maxItems: 3, items: { type: string, enum: [a, b] } }
            lines:
              type: array
              items:
                type: object
                required: [sku, count]
                properties: { sku: { type: string }, count: { type: integer, minimum: 1 }, note: { type: string } }
            options: { type: object, properties: { quiet: { type: boolean } } }
            parent: { $ref: '#/components/schemas/transfer' }
            metadata: { type: object, additionalProperties: { type: string } }
`;

const INTRICATE_POLICY = `
version: 1
upstreams:
  api: { url: https://api.example, credential: { env: KEY, as: bearer }, openapi: ./intricate.yaml }
routes:
  send:
    match: "POST /transfers/{transfer}"
    upstream: api
    effect: money
    subject: "iban:{body.to.iban}"
    amount: { major: body.total.value, currency: body.total.currency_code }
agents:
  bot: { stage: production, allow: [send], budgets: [{ max: 900 EUR, per: day, timezone: UTC }] }
`;

/** It takes whatever comes. */
const credulous = defineWorld({
  name: 'credulous',
  paths: ['/*'],
  create: (): World => ({
    name: 'credulous',
    ledger: [],
    ids: () => ({ transfer: ['tr_1', 'tr_2'] }),
    handle: () => ({ status: 200, body: {} }),
  }),
});

describe('a document with everything in it', () => {
  const field = fieldOf(INTRICATE_POLICY, INTRICATE, credulous);

  test('is read as the policy reads: into the object that holds the amount, by the alternative that has the subject', () => {
    const sent = groundOf(field).operations;
    expect(sent.map(({ encoding }) => encoding)).toEqual(['json', 'form']);
    expect(sent[0]).toMatchObject({ subjectAt: 'body.to.iban', amountAt: 'body.total.value' });
    const fields = sent[0]?.fields ?? {};
    expect(fields).toMatchObject({
      transfer: { kind: 'id', of: 'transfer' },
      'query.dry': { kind: 'choice', of: [false, true] },
      'body.urgency': { kind: 'number', min: 3, max: 9 },
      'body.total.value': { kind: 'amount', unit: 'major', as: 'number' },
      'body.total.currency_code': { kind: 'currency', of: ['EUR'] },
      'body.to.type': { kind: 'choice', of: ['account'] },
      'body.origin.kind': { kind: 'choice', of: ['web'] },
      'body.origin.page': { kind: 'text' },
      'body.options.quiet': { kind: 'choice', of: [false, true] },
      'body.step': { kind: 'choice', of: [5, 10], optional: true },
      'body.tags': { kind: 'choice', of: ['a', 'b'], many: 3, optional: true },
      'body.lines.0.count': { kind: 'number', min: 1 },
      'body.lines.0.note': { kind: 'text', optional: true },
    });
    const optional = Object.keys(fields).filter((place) => fields[place]?.optional === true);
    expect(optional.sort()).toEqual(['body.lines.0.note', 'body.step', 'body.tags']);
    // What needs several members is left out where the policy reads none of them, and so is what only answers have.
    expect(Object.keys(fields).filter((place) => /fee|parent|metadata|body\.id/.test(place))).toEqual([]);
  });

  test('is met by every request made from it, in the judgement of the door, which reads it in its own way', () => {
    const all = replies(field);
    expect(all.filter(({ verdict }) => verdict !== 'allow')).toEqual([]);
    expect(all.length).toBe(56);
  });
});
