import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { formatProblem, loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';

const VALID = path.resolve(import.meta.dirname, '../fixtures/policies/valid');
const refunds = readFileSync(path.join(VALID, 'refunds-bot.yaml'), 'utf8');
const NEW_YORK = 'America/New_York';

function load(text: string): LoadedPolicy {
  const loaded = loadPolicy(text, 'p.yaml');
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n'));
  return loaded.value;
}

/** What a rule may say, and what it may not. */
const KEYS = 'effect money read requests morePer than within over per timezone each to agents'.split(' ');
const WORDS = 'create_refund get_charge write out all subject agent day 24h UTC refunds-bot nobody'.split(' ');
const said = fc.oneof<fc.Arbitrary<unknown>[]>(
  fc.constantFrom(...WORDS, '500 USD', '4 EUR'),
  fc.constantFrom(1, 10, 0, -1),
  fc.constantFrom({ ledger: 'refund' }, []),
);
const key = fc.constantFrom(...KEYS);

const withNever = (...rules: readonly string[]): string =>
  `${refunds}\nnever:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`;

describe('never: what must never happen', () => {
  test('every form is told in a sentence', () => {
    const { never } = load(readFileSync(path.join(VALID, 'never.yaml'), 'utf8'));
    expect(never.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([
      'never[0]: more than 1 create_refund per subject',
      'never[1]: more than 50 create_refund per agent per day (Europe/Berlin)',
      'never[2]: more than 2 refund per subject within 30d, whatever way it came',
      'never[3]: more than 10 destructive effects within 1h (shop-bot)',
      'never[4]: more than 1000 writes within 1d',
      'never[5]: any create_payout or delete_contact',
      'never[6]: more than 800.00 USD or 1000.00 EUR out per day (UTC), or any other currency',
      'never[7]: more than 100.00 EUR out as payout per subject within 1d, or any other currency',
      'never[8]: money out by create_payout to anybody but acct_1, acct_2',
      'never[9]: more than 50 subjects read by get_charge per agent within 1h',
      'never[10]: more than 5000 subjects read in all',
      'never[11]: more than 1000 requests to read routes or create_refund within 1m',
      'never[12]: more than 100000 requests per day (UTC)',
    ]);
  });

  test.each<[string, object]>([
    [
      '{ effect: create_refund, morePer: subject, than: 1 }',
      { kind: 'effects', over: 1, each: 'subject', within: { kind: 'ever' }, agents: 'all' },
    ],
    ['{ effect: create_refund }', { kind: 'effects', over: 0, each: 'all', within: { kind: 'ever' } }],
    ['{ effect: money, over: 10, per: 1h }', { deeds: { by: 'routes', routes: new Set(['create_refund']) } }],
    ['{ effect: write, over: 10, per: 1h }', { deeds: { by: 'routes', routes: 'all' } }],
    ['{ requests: write, over: 10, per: 1h }', { deeds: { by: 'routes', routes: new Set(['create_refund']) } }],
    ['{ requests: read, over: 10, per: 1h }', { deeds: { by: 'routes', routes: new Set(['get_charge']) } }],
    ['{ effect: { ledger: refund } }', { deeds: { by: 'ledger', kind: 'refund' } }],
    ['{ money: out }', { kind: 'money', over: [], each: 'all', within: { kind: 'ever' } }],
    ['{ money: out, to: [acct_1] }', { kind: 'payees', only: new Set(['acct_1']) }],
    ['{ read: all, over: 5, per: 90s, agents: [refunds-bot] }', { agents: new Set(['refunds-bot']) }],
    ['{ read: all, over: 5, per: 90s }', { kind: 'reads', within: { kind: 'rolling', ms: 90_000 } }],
  ])('%s', (rule, compiled) => {
    expect(load(withNever(rule)).never[0]).toMatchObject(compiled);
  });

  test('`morePer` and `over` with `each` are two ways to say one thing', () => {
    const { never } = load(
      withNever(
        '{ effect: create_refund, morePer: subject, than: 1, within: 24h }',
        '{ effect: create_refund, over: 1, each: subject, per: 24h }',
      ),
    );
    expect({ ...never[1], rule: 'never[0]' }).toEqual(never[0]);
  });

  const daily = '{ money: out, over: 500 USD, per: day }';
  const BUDGET = `budgets: [{ max: 500 USD, per: day, timezone: ${NEW_YORK} }]`;
  test.each<[string, string, string]>([
    ['that of the daily budgets', BUDGET, NEW_YORK],
    ['UTC where no budget has a day', 'budgets: [{ max: 500 USD, per: 24h }]', 'UTC'],
    [
      'UTC where budgets have several, with a warning',
      `budgets: [{ max: 500 USD, per: day, timezone: ${NEW_YORK} }, { max: 5 USD, per: day, timezone: Asia/Tokyo, each: task }]`,
      'UTC',
    ],
  ])('a day without a time zone is %s', (_name, budgets, timeZone) => {
    const { never, warnings } = load(withNever(daily).replace(BUDGET, budgets));
    expect(never[0]).toMatchObject({ within: { kind: 'day', timeZone } });
    expect(never[0]!.text).toContain(`per day (${timeZone})`);
    expect(warnings.map(({ message }) => message)).toEqual(
      budgets.includes('Tokyo') ? [expect.stringContaining('days are counted in UTC here')] : [],
    );
  });

  test('what can never be broken is a warning', () => {
    const [warning] = load(withNever('{ effect: destructive, over: 10, per: 1h }')).warnings;
    expect(warning).toMatchObject({ path: 'never[0].effect', message: expect.stringContaining('no route has') });
    const unpriced = withNever('{ money: create_refund, over: 5 USD }')
      .replace('effect: money', 'effect: write')
      .replaceAll(/^ +(amount|budgets|collar):.*\n/gm, '');
    expect(
      load(unpriced)
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain('`create_refund` has no `amount`');
  });

  test('it changes the digest and nothing that the door goes by', () => {
    const [without, with_] = [load(refunds), load(withNever('{ money: out }'))];
    expect(with_.digest).not.toBe(without.digest);
    expect({ ...with_.policy, digest: '', routes: [...with_.policy.routes.keys()] }).toEqual({
      ...without.policy,
      digest: '',
      routes: [...without.policy.routes.keys()],
      agents: expect.anything(),
    });
    const rules = ({ policy }: LoadedPolicy): unknown => [...policy.agents.values()].map((agent) => agent.rules);
    expect(rules(with_)).toEqual(rules(without));
    expect(without.never).toEqual([]);
  });

  test.prop([fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.oneof(said, fc.array(said), fc.jsonValue())))])(
    'anything at all in its place is read or refused, with a place and a reason',
    (rule) => {
      const loaded = loadPolicy(withNever(JSON.stringify(rule)), 'p.yaml');
      if (loaded.ok) return expect(loaded.value.never[0]!.text).not.toBe('');
      for (const { line, message } of loaded.failure) {
        expect(line).toBeGreaterThan(1);
        expect(message).not.toBe('');
      }
    },
  );
});
