import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentId, RouteId, UpstreamId } from '../../src/engine/ids.ts';
import { formatProblem, loadPolicy, readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';

const VALID = path.resolve(import.meta.dirname, '../fixtures/policies/valid');

function valid(name: string): LoadedPolicy {
  const loaded = loadPolicy(readFileSync(path.join(VALID, `${name}.yaml`), 'utf8'), `${name}.yaml`);
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem(name, problem)).join('\n'));
  return loaded.value;
}

describe('a policy that means something is compiled to what the engine enforces', () => {
  test.each(readdirSync(VALID))('%s loads', (file) => {
    expect(valid(file.replace('.yaml', '')).file).toBe(file);
  });

  test('rules keep the place they were written at as their name', () => {
    const { policy } = valid('everything');
    const { rules, allow } = policy.agents.get('refunds-bot' as AgentId)!;
    const names = [
      ...rules.rates,
      ...rules.budgets,
      ...rules.once,
      ...rules.inflight,
      ...rules.runaway,
      ...rules.collar,
    ];
    expect([...allow, ...names, ...policy.shared.budgets, ...policy.shared.inflight].map(({ rule }) => rule)).toEqual([
      'refunds-bot.allow[0]',
      'refunds-bot.allow[1]',
      'refunds-bot.allow[2]',
      'refunds-bot.rates[0]',
      'refunds-bot.rates[1]',
      'refunds-bot.budgets[0]',
      'refunds-bot.budgets[1]',
      'refunds-bot.once[0]',
      'refunds-bot.inflight[0]',
      'refunds-bot.inflight[1]',
      'refunds-bot.triggers[0]',
      'refunds-bot.triggers[1]',
      'refunds-bot.collar[0]',
      'budgets[0]',
      'upstreams.payments.inflight',
    ]);
  });

  test('every rule of the file reaches the engine with its numbers', () => {
    const { rules, stage } = valid('everything').policy.agents.get('refunds-bot' as AgentId)!;
    const refund = new Set(['create_refund']);
    expect(stage).toBe('limited');
    expect(rules).toMatchObject({
      rates: [
        { routes: new Set(['create_refund', 'lookup']), max: 100, perMs: 3_600_000, onTrip: 'freeze' },
        { routes: 'all', max: 1000, perMs: 86_400_000, onTrip: 'deny' },
      ],
      budgets: [
        { routes: 'all', max: { micros: 500_000_000n, currency: 'USD' }, each: 'agent', onTrip: 'freeze' },
        { per: { kind: 'rolling', ms: 86_400_000 }, each: 'task', onTrip: 'deny' },
      ],
      once: [{ route: 'create_refund', withinMs: 2_592_000_000 }],
      inflight: [
        { routes: refund, max: 1 },
        { routes: new Set(['get_charge', 'lookup']), max: 4 },
      ],
      runaway: [
        { routes: 'all', same: 'call', count: 500, withinMs: 60_000, onTrip: 'kill' },
        { routes: refund, same: 'subject', count: 5, withinMs: 600_000, onTrip: 'freeze' },
      ],
      collar: [
        { routes: refund, currencies: new Set(['USD']), min: { micros: 1_000_000n }, max: { micros: 200_000_000n } },
      ],
    });
    expect(rules.budgets[0]!.per).toEqual({ kind: 'day', timeZone: 'America/New_York' });
  });

  test('`effect: write` in a rule stands for every route that changes something', () => {
    const { rules } = valid('everything').policy.agents.get('shop-bot' as AgentId)!;
    expect(rules.rates[0]!.routes).toEqual(
      new Set(['create_refund', 'create_payout', 'discount_orders', 'delete_contact']),
    );
  });

  test('upstreams keep their address, key, port and limits', () => {
    const { upstreams } = valid('everything');
    const of = (id: string) => upstreams.get(id as UpstreamId)!;
    expect(of('payments').credential).toEqual({ kind: 'bearer', env: 'STRIPE_SECRET_KEY' });
    expect(of('payments').limits).toEqual({
      headTimeoutMs: 20_000,
      idleTimeoutMs: 60_000,
      totalTimeoutMs: 900_000,
      connectionsMax: 16,
    });
    expect(of('payments').port).toBe(0);
    expect(of('shop').url.href).toBe('http://127.0.0.1:9000/base');
    expect(of('shop').credential).toEqual({ kind: 'header', env: 'SHOP_KEY', name: 'x-api-key' });
    expect(of('crm').credential).toEqual({ kind: 'basic', env: 'CRM_LOGIN' });
    expect(of('data').credential).toEqual({ kind: 'header', env: 'DATA_KEY', name: 'x-data-key' });
    expect(of('crm').port).toBeUndefined();
  });

  test('a condition judges the call it guards', () => {
    const { when } = valid('everything').policy.agents.get('refunds-bot' as AgentId)!.allow[1]!;
    const ask = (amount: string | number) =>
      when!.test(
        { method: 'POST', params: {}, query: {}, headers: {}, body: { amount } },
        { agent: 'refunds-bot' as AgentId, task: 't' },
      );
    expect([ask(20_000), ask('20000'), ask(20_001), ask('20001'), ask('2e1')]).toEqual([
      true,
      true,
      false,
      false,
      undefined,
    ]);
  });

  test('a route keeps what it was declared with', () => {
    const route = valid('refunds-bot').policy.routes.get('get_charge' as RouteId)!;
    expect(route).toMatchObject({
      upstream: 'payments',
      method: 'GET',
      template: '/v1/charges/{id}',
      effect: 'read',
      pii: true,
    });
    expect(route.amount).toBeUndefined();
  });
});

describe('a policy on disk', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-policy-'));

  test('a missing file is one problem that says the next step', async () => {
    const loaded = await readPolicy(path.join(dir, 'none.yaml'));
    expect(loaded).toMatchObject({ ok: false, failure: [{ line: 1, column: 1 }] });
    expect(loaded.ok ? '' : loaded.failure[0]!.message).toMatch(/no such file; create it/);
  });

  test('a directory and bytes that are not UTF-8 are said to be that', async () => {
    writeFileSync(path.join(dir, 'latin1.yaml'), Buffer.from('version: 1 # caf\xe9\n', 'latin1'));
    expect(await readPolicy(dir)).toMatchObject({ failure: [{ message: expect.stringContaining('directory') }] });
    expect(await readPolicy(path.join(dir, 'latin1.yaml'))).toMatchObject({
      failure: [{ message: expect.stringContaining('UTF-8') }],
    });
  });

  test('a good file loads under the name it was asked by', async () => {
    const file = path.join(VALID, 'refunds-bot.yaml');
    const loaded = await readPolicy(file);
    expect(loaded).toMatchObject({ ok: true, value: { file, environment: 'production' } });
  });
});
