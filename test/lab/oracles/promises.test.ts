import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { RouteId } from '../../../src/engine/ids.ts';
import type { Deed, Harm, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { impliedOracles, promiseOracles } from '../../../src/lab/oracles/promises.ts';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { overspentBy, repeatedBy } from '../../model/kept.ts';
import { doer, history, money, usd } from './deeds.ts';

const loaded = load(`
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  pay:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  delete: { match: "DELETE /v1/customers/{id}", upstream: payments, effect: destructive, subject: "customer:{id}" }
  look: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
agents:
  ada:
    stage: production
    allow: [pay, delete, look]
    budgets:
      - { max: 6 USD, per: day, timezone: America/New_York }
      - { max: 4 USD, per: 1m }
      - { route: pay, max: 2 USD, per: 1h, each: task }
    once:
      - { route: pay, per: subject, within: 1h }
      - { route: delete, per: subject }
  bob: { stage: production, allow: [pay, delete, look] }
budgets:
  - { max: 9 USD, per: day, timezone: America/Havana }
  - { route: pay, max: 7 USD, per: 1h }
`);

function load(text: string): LoadedPolicy {
  const read = loadPolicy(text, 'p.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  return read.value;
}

/** Of budgets and `once`; what else is promised, `guards-kept.test.ts` is about. */
const limitsKept = promiseOracles(loaded).filter(({ name }) => /^I[25] /.test(name));

const priced = new Set(['pay']);
const busy = history({
  routes: ['pay', 'pay', 'delete'],
  subjects: ['charge:1', 'charge:2', 'customer:1'],
  gapsMs: [0, 0, 0, 1, 1, 1_000, 1_000, 30_000, 59_999, 60_000, 3_600_000, 40_000_000],
});
const RUNS = 300;

describe('what a policy promises, measured at the businesses', () => {
  const oracles = [
    ...limitsKept.map((oracle) => ({ oracle, measure: 'as read' as const })),
    ...impliedOracles(loaded).map((oracle) => ({ oracle, measure: 'in truth' as const })),
  ];

  test('there is an oracle for every budget and every once, each with a name of its own', () => {
    const names = 'budgets[0] budgets[1] ada.budgets[0] ada.budgets[1] ada.budgets[2] ada.once[0] ada.once[1]'.split(
      ' ',
    );
    expect(oracles.map(({ oracle: { name, promise } }) => (promise === true ? name : `${name}, implied`))).toEqual([
      ...names.map((name) => `${name.includes('once') ? 'I5' : 'I2'} ${name}`),
      ...names.map((name) => `${name}, implied`),
    ]);
  });

  test.each(oracles)('$oracle.name says what reading all deeds again says', ({ oracle, measure }) => {
    const broken = modelOf(oracle, measure);
    let harms = 0;
    fc.assert(
      fc.property(busy, (happened) => {
        const watch = oracle.watch();
        for (const [index, deed] of happened.entries()) {
          const harm = watch.see(deed);
          expect(harm !== undefined).toBe(broken(happened.slice(0, index + 1)));
          if (harm === undefined) continue;
          harms += 1;
          expect(harm.deeds.at(-1)).toBe(deed);
          expect(harm.promise).toBe(oracle.promise);
          expect(harm.oracle).toBe(oracle.name);
        }
      }),
      { numRuns: RUNS },
    );
    expect(harms).toBeGreaterThan(5);
  });

  function modelOf({ name }: Oracle, measure: 'as read' | 'in truth'): (all: readonly Deed[]) => boolean {
    const rule = name.replace(/^I[25] /, '');
    const { agents, shared } = loaded.policy;
    const common = shared.budgets.find((one) => one.rule === rule);
    if (common !== undefined) return (all) => overspentBy(common, undefined, measure, priced, all);
    for (const [agent, { rules }] of agents) {
      const budget = rules.budgets.find((one) => one.rule === rule);
      if (budget !== undefined) return (all) => overspentBy(budget, agent, measure, priced, all);
      const once = rules.once.find((one) => one.rule === rule);
      if (once !== undefined) return (all) => repeatedBy(once, agent, measure, all);
    }
    throw new Error(`no rule ${rule}`);
  }
});

describe('what is read off a request and what happens are told apart', () => {
  const AT = Date.parse('2026-01-15T15:00:00Z');
  const pays = (call: number, read: number, left: ReturnType<typeof money>, charge: string, met = charge) => ({
    at: AT + call,
    upstream: 'payments',
    by: doer({ id: `call_${call}`, at: AT + call, agent: 'ada', route: 'pay', subject: charge, units: read }),
    entry: { at: AT + call, kind: 'refund', subject: met, moneyOut: left, write: true },
  });
  type Told = ReturnType<typeof pays>;
  const harms = (oracles: readonly Oracle[], told: readonly Told[]): readonly Harm[] =>
    oracles.flatMap((oracle) => {
      const watch = oracle.watch();
      return told.flatMap((deed) => watch.see(deed) ?? []).slice(0, 1);
    });

  test.each<[string, readonly Told[], readonly string[], readonly string[]]>([
    ['a payment within all limits', [pays(1, 1, usd(1), 'charge:1')], [], []],
    [
      'more leaves than the request says: the policy reads the wrong field',
      [pays(1, 1, usd(100), 'charge:1')],
      [],
      [
        '100.00 USD left by pay, and budgets[0] allows 9.00 USD per day (America/Havana)',
        '100.00 USD left by pay, and budgets[1] allows 7.00 USD per 1h',
        '100.00 USD left by pay, and ada.budgets[0] allows 6.00 USD per day (America/New_York)',
        '100.00 USD left by pay, and ada.budgets[1] allows 4.00 USD per 1m',
        '100.00 USD left by pay, and ada.budgets[2] allows 2.00 USD per 1h',
      ],
    ],
    [
      'another currency leaves than the policy counts',
      [pays(1, 1, money(1, 'EUR'), 'charge:1')],
      [],
      [
        '1.00 EUR left by pay, and budgets[0] allows 9.00 USD per day (America/Havana)',
        '1.00 EUR left by pay, and budgets[1] allows 7.00 USD per 1h',
        '1.00 EUR left by pay, and ada.budgets[0] allows 6.00 USD per day (America/New_York)',
        '1.00 EUR left by pay, and ada.budgets[1] allows 4.00 USD per 1m',
        '1.00 EUR left by pay, and ada.budgets[2] allows 2.00 USD per 1h',
      ],
    ],
    [
      'the door lets a subject through twice: a bug in it',
      [pays(1, 1, usd(1), 'charge:1'), pays(1_001, 1, usd(1), 'charge:1')],
      ['pay took effect 2 times on charge:1, 1s apart, and ada.once[0] says once'],
      ['pay took effect 2 times on charge:1, 1s apart, and ada.once[0] says once'],
    ],
    [
      'two requests that look different meet one charge: the policy reads the wrong subject',
      [pays(1, 1, usd(1), 'charge:a', 'charge:1'), pays(2, 1, usd(1), 'charge:b', 'charge:1')],
      [],
      ['pay took effect 2 times on charge:1, 1ms apart, and ada.once[0] says once'],
    ],
    [
      'two invoices are paid to one payee: nothing is wrong',
      [pays(1, 1, usd(1), 'invoice:1', 'acct:9'), pays(2, 1, usd(1), 'invoice:2', 'acct:9')],
      [],
      [],
    ],
  ])('%s', (_name, told, promised, implied) => {
    expect(harms(limitsKept, told).map(({ text }) => text)).toEqual(promised);
    expect(harms(impliedOracles(loaded), told).map(({ text }) => text)).toEqual(implied);
  });

  test('a route without an amount counts for nothing at the door, and for what leaves in truth', () => {
    const away = {
      ...pays(1, 5, usd(100), 'customer:1'),
      by: doer({ id: 'c', at: AT, agent: 'ada', route: 'delete', subject: 'customer:1', units: 5 }),
    };
    expect(harms(limitsKept, [away])).toEqual([]);
    expect(loaded.policy.routes.get('delete' as RouteId)?.amount).toBeUndefined();
    expect(harms(impliedOracles(loaded), [away]).map(({ oracle }) => oracle)).toContain('ada.budgets[0]');
  });
});
