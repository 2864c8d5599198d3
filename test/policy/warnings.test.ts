import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatProblem, loadPolicy } from '../../src/policy/index.ts';

const file = path.resolve(import.meta.dirname, '../fixtures/policies/valid/refunds-bot.yaml');
const text = readFileSync(file, 'utf8');

function warningsOf(policy: string): string[] {
  const loaded = loadPolicy(policy, 'p.yaml');
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n'));
  return loaded.value.warnings.map((warning) => warning.message);
}

test('the shipped example has nothing suspicious', () => expect(warningsOf(text)).toEqual([]));

test.each<[string, string, string, string]>([
  ['a key that travels unencrypted', 'https://api.stripe.com', 'http://api.stripe.com', 'unencrypted'],
  [
    'a budget per task alone',
    'per: day, timezone: America/New_York',
    'per: 24h, each: task',
    'no budget bounds what `refunds-bot` moves on `create_refund`',
  ],
  [
    'no budget at all',
    'budgets: [{ max: 500 USD, per: day, timezone: America/New_York }]',
    'budgets: []',
    'no budget bounds',
  ],
  [
    'a POST that is called a read',
    'match: GET /v1/charges/{id}',
    'match: POST /v1/charges/{id}',
    'a POST is called a read',
  ],
  ['a sandbox without a world', 'stage: production', 'stage: sandbox', 'names no `mock`'],
  [
    'conditions that widen each other',
    '- get_charge\n',
    '- { route: get_charge, when: "params.id == \'a\'" }\n      - { route: get_charge, when: "params.id == \'b\'" }\n',
    'any one of them suffices',
  ],
  [
    'a pattern that is not anchored',
    "!has(body.reason) || body.reason != 'fraudulent'",
    "body.reason.matches('dup')",
    'anywhere in the text',
  ],
])('%s is accepted with a warning', (_name, from, to, message) => {
  const base = from.startsWith('stage') ? text.replace('    mock: payments\n', '') : text;
  expect(base).toContain(from);
  expect(warningsOf(base.replace(from, to)).join('\n')).toContain(message);
});
