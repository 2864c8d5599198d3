import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { AgentId } from '../../src/engine/ids.ts';
import { formatProblem, loadPolicy, policyJsonSchema, readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import type { Json } from '../../src/std/canonical-json.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(ROOT, 'docs/examples/fifty-routes');
const WRITTEN_OUT = path.join(ROOT, 'test/fixtures/policies/valid/fifty-routes-written-out.yaml');
const SHORTHANDS = path.join(ROOT, 'test/fixtures/policies/valid/shorthands.yaml');
const read = (file: string): string => readFileSync(file, 'utf8');

/** What a person can take in: two screens. */
const SCREENS_LINES = 80;

async function example(): Promise<LoadedPolicy> {
  const loaded = await readPolicy(path.join(EXAMPLE, 'interlock.yaml'));
  if (loaded.ok) return loaded.value;
  throw new Error(loaded.failure.map((problem) => formatProblem('interlock.yaml', problem)).join('\n'));
}

describe('the example of fifty routes', () => {
  test('is sound, has no warnings, and keeps its agents on two screens', async () => {
    const { policy, warnings } = await example();
    expect(warnings).toEqual([]);
    expect([policy.agents.size, policy.routes.size]).toEqual([5, 50]);
    expect(read(path.join(EXAMPLE, 'interlock.yaml')).split('\n').length).toBeLessThan(SCREENS_LINES);
  });

  test('is the policy that it would be written out', async () => {
    const plain = loadPolicy(read(WRITTEN_OUT), 'written-out.yaml');
    expect(plain.ok && plain.value.digest).toBe((await example()).digest);
    expect(read(WRITTEN_OUT)).not.toMatch(/group:|groups:|templates:|defaults:|extends:|include:/);
  });

  test('lets each agent do its own work and nothing else', async () => {
    const { policy } = await example();
    const may = (agent: string): Set<string> =>
      new Set(policy.agents.get(agent as AgentId)!.allow.map(({ route }) => route));
    const money = [...policy.routes.values()].filter(({ effect }) => effect === 'money').map(({ id }) => String(id));
    const moves = (agent: string): string[] => money.filter((route) => may(agent).has(route));
    expect(moves('support-bot')).toEqual(['adyen_refund', 'paypal_refund', 'stripe_refund']);
    expect(moves('checkout-bot')).toEqual(['adyen_pay']);
    expect(moves('settlement-bot')).toEqual(['adyen_capture', 'paypal_capture', 'stripe_capture']);
    expect(moves('vault-bot')).toEqual([]);
    expect([...may('vault-bot')].every((route) => route.startsWith('adyen_'))).toBe(true);
    expect(may('billing-bot').has('stripe_void_invoice') && !may('support-bot').has('stripe_void_invoice')).toBe(true);
  });

  test('bounds money by default wherever there is any, and refunds once for each payment', async () => {
    const { policy } = await example();
    const { rules: support } = policy.agents.get('support-bot' as AgentId)!;
    const { rules: vault } = policy.agents.get('vault-bot' as AgentId)!;
    expect(support.budgets.map(({ max }) => max.micros)).toEqual([5_000_000_000n, 1_500_000_000n]);
    expect(support.once.map(({ route }) => route)).toEqual(['adyen_refund', 'paypal_refund', 'stripe_refund']);
    expect([vault.budgets, vault.collar, vault.once]).toEqual([[], [], []]);
    expect(vault.rates.map(({ max }) => max)).toEqual([2000, 20, 5]);
  });
});

describe('the published JSON Schema', () => {
  const schema = policyJsonSchema() as Record<string, Json>;
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const faults = (text: string): unknown => (validate(parse(text)) ? [] : validate.errors);

  test('accepts every shorthand', () => {
    expect(faults(read(SHORTHANDS))).toEqual([]);
    expect(faults(read(path.join(EXAMPLE, 'interlock.yaml')))).toEqual([]);
  });

  test.each<[string, string]>([
    ['group: reads, when: 5', 'a condition that is no text'],
    ['group: reads, route: get_charge', 'a group and a route at once'],
    ['when: "true"', 'neither a group nor a route'],
  ])('refuses { %s } in `allow`: %s', (entry) => {
    expect(faults(read(SHORTHANDS).replace('group: refunds, when: "task != \'drill\'"', entry))).not.toEqual([]);
  });

  test.each<[string, string]>([
    ['refunds: [create_refund, cancel_refund]', 'refunds: create_refund'],
    ['extends: careful\n', 'extends: { name: careful }\n'],
    ['defaults:\n', 'defaults:\n  extend: careful\n'],
    ['templates:\n', 'templates:\n  bad: { allow: get_charge }\n'],
  ])('refuses %j written as %j', (right, wrong) => {
    const text = read(SHORTHANDS);
    expect(text).toContain(right);
    expect(faults(text.replace(right, wrong))).not.toEqual([]);
  });
});
