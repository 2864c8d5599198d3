import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { worldSize } from '../../../src/lab/probe/world-size.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { fail } from '../../../src/std/result.ts';
import { interlock } from '../../cli/served.ts';
import { temporaryDirectory } from '../../scenarios/stage.ts';

const policy = (never: string): string => `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer }, mock: payments }
routes:
  get_customer: { match: "GET /v1/customers/{id}", upstream: payments, effect: read, pii: true, subject: "customer:{id}" }
  delete_customer: { match: "DELETE /v1/customers/{id}", upstream: payments, effect: destructive, subject: "customer:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  bot:
    stage: sandbox
    allow: [get_customer, delete_customer, create_refund]
never: [${never}]
`;

function sizeOf(never: string): ReturnType<typeof worldSize> {
  const files = { include: () => fail('none'), document: () => fail('none') };
  const loaded = loadPolicy(policy(never), 'interlock.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return worldSize(loaded.value.never);
}

describe('the size of the businesses', () => {
  test.each([
    ['{ effect: destructive }', 4],
    ['{ effect: create_refund, morePer: subject, than: 30 }', 4],
    ['{ effect: destructive, over: 10, per: 1h }', 11],
    ['{ read: get_customer, over: 50, per: 1h }', 51],
    ['{ money: out, over: 500 USD, per: day }', 6],
    ['{ money: out, over: 5000 USD, per: day }', 51],
    ['{ money: out, over: 5000 USD, per: day }, { money: out, to: [acct_1] }', 4],
    ['{ requests: all, over: 1000, per: 1h }', 4],
  ])('%s: %s of each', (never, size) => {
    expect(sizeOf(never)).toEqual({ size, outOfReach: [] });
  });

  test('has an end, and says which rules lie behind it', () => {
    const { size, outOfReach } = sizeOf(
      '{ read: get_customer, over: 2000, per: 1h }, { effect: destructive, over: 10, per: 1h }',
    );
    expect(size).toBe(120);
    expect(outOfReach.map(({ rule }) => rule)).toEqual(['never[0]']);
  });

  test.each([
    ['more deletions than four customers', '{ effect: destructive, over: 10, per: 1h }'],
    ['more money than twelve charges hold', '{ money: out, over: 1500 USD, per: day }'],
  ])('%s: a policy that nothing holds back is found out', async (_what, never) => {
    const file = path.join(temporaryDirectory(), 'interlock.yaml');
    writeFileSync(file, policy(never));
    const { code, stdout } = await interlock('probe', '-p', file, '--runs', '400', '--seed', '1');
    expect(stdout).toContain('HOLE 1 of 1');
    expect(code).toBe(1);
  });
});
