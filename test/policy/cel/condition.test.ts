import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/std/canonical-json.ts';
import type { AgentId } from '../../../src/engine/ids.ts';
import { compileCondition, parseCondition } from '../../../src/policy/cel/condition.ts';
import { parseField } from '../../../src/policy/field.ts';

const subject = { params: ['id'], integer: parseField('body.payment.amount') };
const context = { agent: 'bot' as AgentId, task: 'night' };

function ask(source: string, body: Json | undefined): unknown {
  const parsed = parseCondition(source, subject);
  if (!parsed.ok) throw new Error(parsed.failure.map(({ message }) => message).join('\n'));
  const request = { method: 'POST', params: { id: 'ch_1' }, query: { limit: '5' }, headers: { 'x-tenant': 'a' }, body };
  return compileCondition(source, parsed.value, subject).test(request, context);
}

describe('a condition', () => {
  test('sees method, params, query, body, headers, agent and task', () => {
    const source =
      "method == 'POST' && params.id == 'ch_1' && query.limit == '5' && body.a == 1 && headers['x-tenant'] == 'a' && agent == 'bot' && task == 'night'";
    expect(ask(source, { a: 1 })).toBe(true);
  });

  test.each<[string, Json, unknown]>([
    ['a JSON integer', { payment: { amount: 300 } }, true],
    ['a form integer', { payment: { amount: '300' } }, true],
    ['too much, in a form', { payment: { amount: '30000' } }, false],
    ['a form text that is no plain integer', { payment: { amount: '3e2' } }, undefined],
    ['leading zeros', { payment: { amount: '0300' } }, undefined],
    ['an integer that JSON does not carry exactly', { payment: { amount: '9007199254740993' } }, undefined],
    ['no amount', { payment: {} }, undefined],
    ['another shape', { payment: [300] }, undefined],
  ])('the field of `amount.minor` is an int: %s', (_name, body, answer) => {
    expect(ask('body.payment.amount <= 20000', body)).toBe(answer);
  });

  test('any other field of a form stays a text, and the request is left as it was', () => {
    const body = { payment: { amount: '300' }, count: '3' };
    expect(ask("body.count == '3' && int(body.count) == 3 && body.count != 3", body)).toBe(true);
    expect(body).toEqual({ payment: { amount: '300' }, count: '3' });
  });

  test('without a body, `body` is null', () => {
    expect(ask('body == null', undefined)).toBe(true);
    expect(ask('has(body.amount)', undefined)).toBe(false);
    expect(ask('body.amount > 5', undefined)).toBeUndefined();
  });

  test('an absent field denies even where the condition asks for less than it', () => {
    expect(ask('!(body.payment.amount > 5)', {})).toBeUndefined();
  });

  test.each([
    ["body.email.matches('@ours.example')", 'finds its pattern anywhere'],
    ["body.email.matches('^a@ours.example')", 'finds its pattern anywhere'],
  ])('warns about %s', (source, message) => {
    const parsed = parseCondition(source, subject);
    expect(parsed.ok).toBe(true);
    expect(parsed.flaws).toMatchObject([{ severity: 'warning', message: expect.stringContaining(message) }]);
  });

  test.each([
    ['body.items.all(item, item.price < limit)', 'unknown variable `limit`'],
    ['body.items.exists(i, i.id == params.order)', 'no parameter `order`'],
    ["params['idd'] == 'a'", 'no parameter `idd`'],
    ['1 + 1', 'never answers true or false'],
    ["'refund'", 'never answers true or false'],
    ['body.x.lower() == "a"', 'unknown function `lower`'],
    ['('.repeat(3000), 'does not parse'],
  ])('refuses %s', (source, message) => {
    const parsed = parseCondition(source, subject);
    expect(parsed.ok).toBe(false);
    expect(parsed.flaws.map((flaw) => flaw.message).join()).toContain(message);
  });

  test('a macro has its own variables', () => {
    expect(ask('body.items.all(item, item.price < 5)', { items: [{ price: 1 }, { price: 4 }] })).toBe(true);
  });
});
