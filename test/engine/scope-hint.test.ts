import { expect, test } from 'vitest';
import { scope } from '../../src/engine/guards/scope.ts';
import type { Call } from '../../src/engine/call.ts';
import { Standings } from '../../src/engine/standings.ts';
import type { Policy } from '../../src/engine/policy.ts';

function hintOf(source: string): string | undefined {
  const allow = [{ route: 'refund', rule: 'bot.allow[0]', when: { source, test: () => true } }];
  const policy = { agents: new Map([['bot', { id: 'bot', allow }]]), routes: new Map() } as unknown as Policy;
  const [installed] = scope.install(policy, new Standings(policy));
  const call = { agent: 'bot', route: 'refund', granted: true, conditions: { 'bot.allow[0]': 'error' } };
  return installed?.monitor.check(call as unknown as Call).hint;
}

test.each([
  ['body.amount <= 60000', 'body.amount is missing, or not of the kind that it is compared with.'],
  ["body.reason != 'body.secret is x' && query.dry == 'no'", 'body.reason or query.dry is missing'],
  ["params.id.startsWith('ch_') && body.amount < 5", 'params.id or body.amount is missing'],
  ['body.lines.all(one, one < 5)', 'body.lines is missing'],
])('a condition that could not be evaluated says which field it lacks: %s', (source, said) => {
  const hint = hintOf(source);
  expect(hint).toContain(`The condition could not be evaluated: ${source}.`);
  expect(hint).toContain(said);
  expect(hint).not.toContain('secret is missing');
});

test('one that names no field says no more', () => {
  expect(hintOf("task == 'x'")).toBe("The condition could not be evaluated: task == 'x'.");
});
