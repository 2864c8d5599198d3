import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { explanationJson, explanationReport } from '../../src/cli/check/explanation.ts';
import { explain, type Question } from '../../src/cli/check/question.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { fail, ok } from '../../src/std/result.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.example, credential: { env: KEY, as: bearer } }
  ledger: { url: https://ledger.example, credential: { env: KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  ping_payments: { match: GET /ping, upstream: payments, effect: read }
  ping_ledger: { match: GET /ping, upstream: ledger, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  bot:
    stage: production
    allow: [get_charge, ping_payments, ping_ledger, { route: create_refund, when: "body.amount <= 20000" }]
    collar: [{ route: create_refund, max: 50 USD }]
    rates: [{ route: create_refund, max: 100, per: 1h }]
`;

const NOW = 1_800_000_000_000;

type Files = NonNullable<Parameters<typeof loadPolicy>[2]>;

function ask(question: Partial<Question>, policy = POLICY, files?: Files): ReturnType<typeof explain> {
  const loaded = loadPolicy(policy, 'explain.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const whole = { line: 'POST /v1/refunds', agent: 'bot', task: 't', body: '', headers: [], values: {}, ...question };
  return explain(loaded.value, new Engine(loaded.value.policy), NOW, whole);
}

test.each([
  ['a form', 'charge=ch_1&amount=500', 'allow', 'ok'],
  ['JSON', '{"charge":"ch_1","amount":500}', 'allow', 'ok'],
  ['too much for one call', 'charge=ch_1&amount=9900', 'deny', 'amount_too_large'],
  ['more than the condition allows', 'charge=ch_1&amount=20001', 'deny', 'condition_false'],
])('what becomes of %s', (_name, body, verdict, reason) => {
  const explained = ask({ body });
  if (!explained.ok) throw new Error(explained.failure);
  const { decision } = explained.value;
  expect([decision.verdict, decision.decisive.reason]).toEqual([verdict, reason]);
});

describe('a route that its OpenAPI document describes', () => {
  const schema = { type: 'object', properties: { charge: { type: 'string' }, amount: { type: 'integer' } } };
  const described = (type: string): Files => {
    const operation = { requestBody: { required: true, content: { [type]: { schema } } }, responses: { 200: {} } };
    const get = { parameters: [{ name: 'id', in: 'path', required: true, schema: {} }], responses: { 200: {} } };
    const paths = {
      '/v1/refunds': { post: operation },
      '/v1/charges/{id}': { get },
      '/ping': { get: { responses: {} } },
    };
    const document = { openapi: '3.1.0', info: { title: 'API', version: '1' }, paths };
    return { include: () => fail('none'), document: () => ok(Buffer.from(JSON.stringify(document))) };
  };
  const SHAPED = POLICY.replace('as: bearer } }', 'as: bearer }, openapi: api.json }');
  const [FORM, JSON_TYPE] = ['application/x-www-form-urlencoded', 'application/json'];

  test.each([
    ['a form', FORM, 'charge=ch_1&amount=500', [], 'ok'],
    ['JSON', JSON_TYPE, ' {"charge":"ch_1","amount":500}', [], 'ok'],
    ['JSON where a form is described', FORM, '{"charge":"ch_1","amount":500}', [], 'shape'],
    ['a form where JSON is described', JSON_TYPE, 'charge=ch_1&amount=500', [], 'shape'],
    ['JSON that calls itself a form', JSON_TYPE, 'charge=ch_1', ['Content-Type: application/json'], 'unreadable'],
  ])('takes %s for what a client would send', (_name, type, body, headers, expected) => {
    const explained = ask({ body, headers }, SHAPED, described(type));
    if (!explained.ok) return expect(expected).toBe('unreadable');
    const { guard, reason } = explained.value.decision.decisive;
    expect(reason === 'ok' ? reason : guard).toBe(expected);
  });
});

test('a write of an agent in shadow would be captured, or refused where nobody knows what it answers', () => {
  const inShadow = POLICY.replace('stage: production', 'stage: shadow');
  const body = 'charge=ch_1&amount=500';
  const unanswerable = ask({ body }, inShadow);
  if (!unanswerable.ok) throw new Error(unanswerable.failure);
  expect(unanswerable.value.decision.decisive.reason).toBe('capture_unanswerable');
  expect(explanationReport(unanswerable.value)).toMatch(/It would be refused by stage .*: capture_unanswerable/);

  const answer = 'answer: { body: { id: { id: re_ }, status: succeeded } }';
  const captured = ask({ body }, inShadow.replace('default: usd }', `default: usd }\n    ${answer}`));
  if (!captured.ok) throw new Error(captured.failure);
  expect([captured.value.decision.verdict, captured.value.next]).toEqual(['capture', null]);
  expect(explanationReport(captured.value)).toMatch(/It would be captured\.\nIts agent is in shadow: .* never sent\./);
});

test('every guard that looked is listed with its rule, every other one is named as having no rule', () => {
  const explained = ask({ body: 'charge=ch_1&amount=9900' });
  if (!explained.ok) throw new Error(explained.failure);
  const report = explanationReport(explained.value);
  expect(report).toContain('bot → create_refund (money), charge:ch_1, 99.00 USD');
  expect(report).toMatch(
    /collar +│ bot\.collar\[0\] +│ DENY +│ amount_too_large: observed 99\.00 USD, limit 50\.00 USD/,
  );
  expect(report).toMatch(/rate +│ bot\.rates\[0\] +│ pass/);
  expect(report).toMatch(/No rule of .*budget.* concerns this call/);
  expect(report).toContain('It would be refused by collar (bot.collar[0]): amount_too_large.');
  expect(report).toContain('{"do":"change","field":"body.amount","atMost":"5000"}');
});

test('the JSON is JSON: amounts as text, findings whole', () => {
  const explained = ask({ body: 'charge=ch_1&amount=9900' });
  if (!explained.ok) throw new Error(explained.failure);
  const json = JSON.parse(JSON.stringify(explanationJson(explained.value))) as Record<string, unknown>;
  expect(json).toMatchObject({ verdict: 'deny', call: { amount: '99.00 USD', route: 'create_refund' } });
});

test.each([
  ['the upstream by its prefix', { line: 'GET /ledger/ping' }, 'ping_ledger'],
  ['the one upstream that has the route', { line: 'GET /v1/charges/ch_1' }, 'get_charge'],
])('a call finds %s', (_name, question, route) => {
  const explained = ask(question);
  expect(explained.ok && explained.value.call.route).toBe(route);
});

test.each([
  [
    'two upstreams that have the route',
    { line: 'GET /ping' },
    /Several upstreams have this route.*\/payments, \/ledger/,
  ],
  ['no upstream that has it', { line: 'GET /nowhere' }, /No route matches/],
  ['an agent that is not there', { agent: 'nobody' }, /The policy has no agent `nobody`; it has bot\./],
  ['a method in small letters', { line: 'post /v1/refunds' }, /in capitals/],
  [
    'a header without a name',
    { headers: ['application/json'] },
    /Failed to read --header `application\/json`; write "Name: value"/,
  ],
  ['a body with a key twice', { body: '{"amount":1,"amount":2}' }, /The door would refuse to read it \(400\)/],
])('%s is refused with a next step', (_name, question, message) => {
  const explained = ask(question);
  expect(explained.ok ? '' : explained.failure).toMatch(message);
});
