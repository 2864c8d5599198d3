import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import type { AgentId, RouteId } from '../../src/engine/ids.ts';
import type { Precondition, Request } from '../../src/engine/policy.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';

function policyWith(read: string, require: string): LoadedPolicy {
  const text = `
version: 1
upstreams: { api: { url: https://api.example.com, credential: { env: KEY, as: bearer } } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read }
  get_latest: { match: "GET /v1/charges/latest", upstream: api, effect: read }
  list_refunds: { match: GET /v1/refunds, upstream: api, effect: read }
  close: { match: "POST /v1/charges/{charge}/close", upstream: api, effect: write,
           precondition: { read: "${read}", require: '${require}' } }
agents: { bot: { stage: production, allow: [get_charge, get_latest, list_refunds, close] } }
`;
  const loaded = loadPolicy(text, 'test.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

function preconditionOf(read: string, require = 'response.status == 200'): Precondition {
  const precondition = policyWith(read, require).policy.routes.get('close' as RouteId)?.precondition;
  if (precondition === undefined) throw new Error('the route has no precondition');
  return precondition;
}

function request(body: Json | undefined, params: Record<string, string> = { charge: 'ch_1' }): Request {
  return { method: 'POST', params, query: {}, body, headers: {} };
}

describe('the read that a precondition makes', () => {
  test.each<[string, string, Json | undefined, string | null]>([
    ['GET /v1/charges/{charge}', 'get_charge', undefined, '/v1/charges/ch_1'],
    ['GET /v1/charges/{body.charge}', 'get_charge', { charge: 'a b/c?d' }, '/v1/charges/a%20b%2Fc%3Fd'],
    ['GET /v1/charges/{body.charge}', 'get_charge', { charge: 7 }, '/v1/charges/7'],
    ['GET /v1/charges/{body.charge}', 'get_charge', { charge: '' }, null],
    ['GET /v1/charges/{body.charge}', 'get_charge', { charge: ['ch_1'] }, null],
    ['GET /v1/charges/{body.charge}', 'get_charge', undefined, null],
    ['GET /v1/charges/latest', 'get_latest', undefined, '/v1/charges/latest'],
    [
      'GET /v1/refunds?charge={body.charge}&limit=1',
      'list_refunds',
      { charge: 'x&y=z' },
      '/v1/refunds?charge=x%26y%3Dz&limit=1',
    ],
  ])('%s is %s', (read, route, body, target) => {
    const precondition = preconditionOf(read);
    expect(precondition.route).toBe(route);
    expect(precondition.rule).toBe('routes.close.precondition');
    expect(precondition.target(request(body))).toBe(target);
  });
});

describe('what it requires', () => {
  const context = { agent: 'bot' as AgentId, task: 't' };
  const holds = (require: string, body: Json | undefined, asked: Json = {}): unknown =>
    preconditionOf('GET /v1/charges/{charge}', require).test(request(asked), context, {
      status: 200,
      contentType: 'application/json',
      body,
    });

  test.each<[string, Json | undefined, Json, unknown]>([
    ['response.body.refunded == false', { refunded: false }, {}, true],
    ['response.body.refunded == false', { refunded: true }, {}, false],
    ['response.body.refunded == false', {}, {}, undefined],
    ['response.body.refunded == false', undefined, {}, undefined],
    [
      'response.body.amount - response.body.amount_refunded >= body.amount',
      { amount: 5, amount_refunded: 2 },
      { amount: 3 },
      true,
    ],
    [
      'response.body.amount - response.body.amount_refunded >= body.amount',
      { amount: 5, amount_refunded: 3 },
      { amount: 3 },
      false,
    ],
    ['response.status == 200 && agent == "bot" && params.charge == "ch_1"', {}, {}, true],
    ['response.body.items.all(i, i.open)', { items: [{ open: true }, { open: false }] }, {}, false],
    ['has(response.body.dispute) == false', { dispute: null }, {}, true],
  ])('%s of %j', (require, body, asked, expected) => {
    expect(holds(require, body, asked)).toBe(expected);
  });
});

test('the fields of the write that it reads are read in one place only: the door refuses them twice', () => {
  const policy = policyWith('GET /v1/charges/{body.charge}', 'response.body.refunded == false && query.force != "1"');
  const reads = policy.reads.get('close' as RouteId);
  expect([...(reads?.body ?? [])]).toContain('charge');
  expect([...(reads?.query ?? [])]).toEqual(['force']);
});
