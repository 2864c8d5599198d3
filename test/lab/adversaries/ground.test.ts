import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { groundOf, type Ground, type Operation } from '../../../src/lab/adversaries/ground.ts';
import { writeRequest } from '../../../src/lab/adversaries/ground/write-request.ts';
import { newField } from '../../../src/lab/probe/field.ts';
import { defineWorld, type OperationForm } from '../../../src/lab/world/world.ts';
import { tiny } from '../world/tiny-world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const README_POLICY = /```yaml\n(version: 1\n[\s\S]*?)```/.exec(README)?.[1] ?? '';
/** A Saturday. */
const SATURDAY = Date.UTC(2026, 0, 3, 9);

function ground(policy: string, world: WorldDefinition, startsAt = SATURDAY): Ground {
  const loaded = loadPolicy(policy, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const [upstream = ''] = loaded.value.upstreams.keys();
  return groundOf(newField(loaded.value, new Map([[upstream, world]]), { seed: 7, startsAt, size: 4 }));
}

const named = ({ operations }: Ground, id: string): Operation => {
  const found = operations.find(({ route, method, template }) => route?.id === id || `${method} ${template}` === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

/** The payments world as one knows it who has only its policy. */
const unknown = defineWorld({
  name: payments.name,
  paths: payments.paths,
  create: (options) => payments.create(options),
});

function worldOf(...operations: readonly OperationForm[]): WorldDefinition {
  return { ...tiny, operations };
}

const policyOf = (routes: string, agent = ''): string => `
version: 1
upstreams: { api: { url: https://api.example, credential: { env: KEY, as: bearer } } }
routes:
${routes.replaceAll(/^/gm, '  ')}
agents:
  bot:
    stage: production
    allow: [act${agent === '' ? ']' : `]\n${agent.replaceAll(/^/gm, '    ')}`}
`;

describe('the ground', () => {
  test('a policy alone says where subject, amount and currency stand, and what ids are meant', () => {
    const stating = README_POLICY.replace('currency: USD', 'currency: body.currency, default: usd');
    const refund = named(ground(stating, unknown), 'create_refund');
    expect(refund).toMatchObject({
      template: '/v1/refunds',
      effect: 'money',
      subjectAt: 'body.charge',
      amountAt: 'body.amount',
      currencyAt: 'body.currency',
    });
    expect(refund.fields).toEqual({
      'body.charge': { kind: 'id', of: 'charge' },
      'body.amount': { kind: 'amount', unit: 'minor' },
      'body.currency': { kind: 'currency', of: ['usd'], optional: true },
    });
    expect(refund.allowed.map(({ id }) => id)).toEqual(['refunds-bot']);
    expect(named(ground(README_POLICY, unknown), 'get_charge').fields).toEqual({ id: { kind: 'id', of: 'charge' } });
  });

  test('amounts and durations of every rule are known, conditions included', () => {
    const { amounts, spansMs } = ground(README_POLICY, unknown);
    expect(amounts['USD']).toEqual([100_000_000n, 200_000_000n, 500_000_000n]);
    expect(spansMs).toEqual(expect.arrayContaining([60_000, 1_800_000, 3_600_000, 86_400_000]));
  });

  test('runs begin on an ordinary weekday afternoon, and before midnight, month end and both clock changes where days are counted', () => {
    const { starts } = ground(README_POLICY, unknown);
    const text = starts.map((at) => new Date(at).toISOString());
    expect(text[0]).toBe('2026-01-05T14:00:00.000Z');
    // New York is five hours behind UTC, four in summer; its clocks jump at 07:00 UTC and at 06:00 UTC.
    expect(text).toEqual(
      expect.arrayContaining([
        '2026-01-06T04:58:00.000Z',
        '2026-02-01T04:58:00.000Z',
        '2026-03-08T04:58:00.000Z',
        '2026-03-08T06:58:00.000Z',
        '2026-03-09T03:58:00.000Z',
        '2026-11-01T03:58:00.000Z',
        '2026-11-01T05:58:00.000Z',
        '2026-11-02T04:58:00.000Z',
      ]),
    );
    expect(starts.every((at) => at >= SATURDAY)).toBe(true);
  });

  test("a world's own form of an operation counts, in whatever words the route names its parameters", () => {
    const world = worldOf({
      operation: 'POST /orders/{order}/refund',
      effect: 'money',
      encoding: 'form',
      fields: { order: { kind: 'id', of: 'order' }, 'body.sum': { kind: 'amount', unit: 'minor' } },
    });
    const act = 'act: { match: "POST /orders/{id}/refund", upstream: api, effect: write, subject: "order:{id}" }';
    const { operations } = ground(policyOf(act), world);
    expect(operations).toHaveLength(1);
    expect(operations[0]).toMatchObject({
      template: '/orders/{order}/refund',
      encoding: 'form',
      subjectAt: 'order',
      amountAt: 'body.sum',
    });
  });

  test('a pattern that takes in more than its author meant is called by every name that it takes in', () => {
    const world = worldOf(
      { operation: 'DELETE /orders/{id}', effect: 'destructive', fields: { id: { kind: 'id', of: 'order' } } },
      { operation: 'DELETE /customers/{id}', effect: 'destructive', fields: { id: { kind: 'id', of: 'customer' } } },
      { operation: 'GET /customers', effect: 'read', fields: {} },
    );
    const act = 'act: { match: "DELETE /{kind}/{id}", upstream: api, effect: write, subject: "order:{id}" }';
    const { operations } = ground(policyOf(act), world);
    expect(operations.map(({ route, template, subjectAt }) => [route?.id ?? null, template, subjectAt])).toEqual([
      ['act', '/orders/{id}', 'id'],
      ['act', '/customers/{id}', 'id'],
      [null, '/customers', undefined],
    ]);
  });

  test('a route for one of many keeps what the world says of the many', () => {
    const world = worldOf({
      operation: 'POST /accounts/{id}/payouts',
      effect: 'money',
      fields: { id: { kind: 'id', of: 'account' }, 'body.amount': { kind: 'amount', unit: 'minor' } },
    });
    const act = 'act: { match: POST /accounts/main/payouts, upstream: api, effect: write }';
    const { operations } = ground(policyOf(act), world);
    expect(operations.map(({ route, template, fields }) => [route?.id ?? null, template, Object.keys(fields)])).toEqual(
      [
        ['act', '/accounts/main/payouts', ['body.amount']],
        [null, '/accounts/{id}/payouts', ['id', 'body.amount']],
      ],
    );
  });
});

describe('a request as a client writes it', () => {
  const operation = (encoding: 'form' | 'json'): Operation => ({
    ...named(ground(README_POLICY, unknown), 'get_charge'),
    method: 'POST',
    template: '/v1/things/{id}/parts',
    encoding,
  });
  const values = {
    id: 'a/b c',
    'query.expand': ['x', 'y'],
    'query.created.gte': 5,
    'header.idempotency-key': 'k1',
    'body.metadata.order': 'a&b',
    'body.amount': 100,
    'body.items.0.sku': 'x',
    'body.items.1.sku': 'y',
  };

  test('a form, its keys nested and its ids percent-encoded', () => {
    expect(writeRequest(operation('form'), values)).toEqual({
      upstream: 'payments',
      method: 'POST',
      target: '/v1/things/a%2Fb%20c/parts?expand[0]=x&expand[1]=y&created[gte]=5',
      headers: { 'idempotency-key': 'k1', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'metadata[order]=a%26b&amount=100&items[0][sku]=x&items[1][sku]=y',
    });
  });

  test('JSON, its objects and lists made of places', () => {
    expect(JSON.parse(writeRequest(operation('json'), values).body ?? '')).toEqual({
      metadata: { order: 'a&b' },
      amount: 100,
      items: [{ sku: 'x' }, { sku: 'y' }],
    });
  });

  test('no body where nothing is placed in one', () => {
    expect(writeRequest(operation('form'), { id: 'x' })).toEqual({
      upstream: 'payments',
      method: 'POST',
      target: '/v1/things/x/parts',
    });
  });
});
