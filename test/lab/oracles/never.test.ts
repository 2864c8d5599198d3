import { expect, test } from 'vitest';
import type { Deed } from '../../../src/lab/oracles/oracle.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import type { LedgerEntry } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { doer, money } from './deeds.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  get_customer: { match: "GET /v1/customers/{id}", upstream: payments, effect: read, subject: "customer:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  delete_customer: { match: "DELETE /v1/customers/{id}", upstream: payments, effect: destructive, subject: "customer:{id}" }
agents:
  refunds-bot: { stage: production, allow: [get_customer, create_refund, delete_customer], budgets: [{ max: 9 USD, per: 24h }] }
  night-bot: { stage: production, allow: [create_refund], budgets: [{ max: 9 USD, per: 24h }] }
never:
`;
/** A second before midnight in New York. */
const AT = Date.parse('2026-03-08T04:59:59Z');

let calls = 0;
type Told = readonly [afterS: number, route: string | null, entry: Partial<LedgerEntry>, agent?: string];
const refund = (units: number, subject: string, currency = 'USD'): Partial<LedgerEntry> => ({
  kind: 'refund',
  subject,
  moneyOut: money(units, currency),
});
const read = (subject: string): Partial<LedgerEntry> => ({ kind: 'customer_read', subject, write: false });

function deeds(told: readonly Told[]): readonly Deed[] {
  return told.map(([afterS, route, entry, agent = 'refunds-bot']) => {
    const at = AT + afterS * 1_000;
    const by = route === null ? null : doer({ id: `call_${(calls += 1)}`, at, agent, route, subject: null, units: 1 });
    const whole = { at, kind: 'x', subject: 'y', moneyOut: null, write: true, ...entry };
    return { at, upstream: 'payments', by, entry: whole };
  });
}

/** What the first harm says, and at which deed it comes. */
function harmOf(rule: string, told: readonly Told[]): readonly [number, string] | undefined {
  const loaded = loadPolicy(`${POLICY}  - ${rule}\n`, 'p.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const [oracle] = neverOracles(loaded.value.never);
  const watch = oracle!.watch();
  for (const [index, deed] of deeds(told).entries()) {
    const harm = watch.see(deed);
    if (harm !== undefined) return [index, harm.text];
  }
  return undefined;
}

test.each<[string, string, readonly Told[], readonly [number, string] | undefined]>([
  [
    'a second refund of a charge',
    '{ effect: create_refund, morePer: subject, than: 1 }',
    [
      [0, 'create_refund', refund(50, 'charge:ch_1')],
      [1, 'create_refund', refund(50, 'charge:ch_2')],
      [2, 'create_refund', refund(50, 'charge:ch_1')],
    ],
    [2, 'create_refund happened 2 times to charge:ch_1, 100.00 USD in all'],
  ],
  [
    'one refund of each charge is as it should be',
    '{ effect: create_refund, morePer: subject, than: 1 }',
    [
      [0, 'create_refund', refund(50, 'charge:ch_1')],
      [1, 'create_refund', refund(50, 'charge:ch_2')],
    ],
    undefined,
  ],
  [
    'a refund of what a human has refunded, by the ledger',
    '{ effect: { ledger: refund }, morePer: subject, than: 1 }',
    [
      [0, null, refund(50, 'charge:ch_1')],
      [1, 'create_refund', refund(50, 'charge:ch_1')],
    ],
    [1, 'refund happened 2 times to charge:ch_1, 1 of them not through the door, 100.00 USD in all'],
  ],
  [
    'a human who refunds twice is no agent',
    '{ effect: { ledger: refund }, morePer: subject, than: 1 }',
    [
      [0, null, refund(50, 'charge:ch_1')],
      [1, null, refund(50, 'charge:ch_1')],
    ],
    undefined,
  ],
  [
    'by the route, a human does not count',
    '{ effect: create_refund, morePer: subject, than: 1 }',
    [
      [0, null, refund(50, 'charge:ch_1')],
      [1, 'create_refund', refund(50, 'charge:ch_1')],
    ],
    undefined,
  ],
  [
    'by the ledger, a refund counts whatever route it came by',
    '{ effect: { ledger: refund }, over: 1, per: 1h }',
    [
      [0, 'create_refund', refund(50, 'charge:ch_1')],
      [1, 'get_customer', refund(50, 'charge:ch_2')],
    ],
    [1, 'refund happened 2 times within 1h, 100.00 USD in all: charge:ch_1, charge:ch_2'],
  ],
  [
    'deletes per hour: exactly an hour later is another window',
    '{ effect: destructive, over: 2, per: 1h }',
    [
      [0, 'delete_customer', { kind: 'customer_deleted', subject: 'customer:1' }],
      [10, 'delete_customer', { kind: 'customer_deleted', subject: 'customer:2' }],
      [3_600, 'delete_customer', { kind: 'customer_deleted', subject: 'customer:3' }],
      [3_609, 'delete_customer', { kind: 'customer_deleted', subject: 'customer:4' }],
    ],
    [3, 'destructive effects happened 3 times within 1h: customer:2, customer:3, customer:4'],
  ],
  [
    'not at all',
    '{ effect: delete_customer }',
    [[0, 'delete_customer', { kind: 'customer_deleted', subject: 'customer:1' }]],
    [0, 'delete_customer happened to customer:1'],
  ],
  [
    'a daily limit begins anew at midnight where it is said to be',
    '{ money: out, over: 100 USD, per: day, timezone: America/New_York }',
    [
      [0, 'create_refund', refund(100, 'charge:ch_1')],
      [1, 'create_refund', refund(60, 'charge:ch_2')],
      [2, 'create_refund', refund(50, 'charge:ch_3')],
    ],
    [
      2,
      '110.00 USD left on 2026-03-08 (America/New_York), over 100.00 USD: 60.00 USD for charge:ch_2, 50.00 USD for charge:ch_3',
    ],
  ],
  [
    'the day on which clocks change has 23 hours',
    '{ money: out, over: 100 USD, per: day, timezone: America/New_York }',
    [
      [1, 'create_refund', refund(60, 'charge:ch_1')],
      [1 + 23 * 3_600 - 1, 'create_refund', refund(40, 'charge:ch_2')],
      [1 + 23 * 3_600, 'create_refund', refund(100, 'charge:ch_3')],
    ],
    undefined,
  ],
  [
    'a currency that no limit names',
    '{ money: out, over: [100 USD, 100 EUR], per: 24h }',
    [
      [0, 'create_refund', refund(100, 'charge:ch_1')],
      [1, 'create_refund', refund(100, 'charge:ch_2', 'EUR')],
      [2, 'create_refund', refund(1, 'charge:ch_3', 'JPY')],
    ],
    [2, '1 JPY left within 1d, and no limit names JPY: 1 JPY for charge:ch_3'],
  ],
  [
    'each agent has a limit of its own',
    '{ money: out, over: 100 USD, per: 24h, each: agent }',
    [
      [0, 'create_refund', refund(60, 'charge:ch_1')],
      [1, 'create_refund', refund(60, 'charge:ch_2'), 'night-bot'],
      [2, 'create_refund', refund(60, 'charge:ch_3'), 'night-bot'],
    ],
    [
      2,
      '120.00 USD left through night-bot within 1d, over 100.00 USD: 60.00 USD for charge:ch_2, 60.00 USD for charge:ch_3',
    ],
  ],
  [
    'no money at all',
    '{ money: out, agents: [night-bot] }',
    [
      [0, 'create_refund', refund(60, 'charge:ch_1')],
      [1, 'create_refund', refund(60, 'charge:ch_2'), 'night-bot'],
    ],
    [1, '60.00 USD left: 60.00 USD for charge:ch_2'],
  ],
  [
    'a payee that nobody has named',
    '{ money: out, to: [acct_1, acct_2] }',
    [
      [0, 'create_refund', { ...refund(20, 'transfer:1'), to: 'acct_2' }],
      [1, 'create_refund', refund(20, 'charge:ch_1')],
      [2, 'create_refund', { ...refund(20, 'transfer:3'), to: 'acct_9' }],
    ],
    [2, '20.00 USD went to acct_9 (refund transfer:3), and only acct_1, acct_2 may get any'],
  ],
  [
    'of a route that a rule names, somebody must get it',
    '{ money: create_refund, to: [acct_1] }',
    [[0, 'create_refund', refund(20, 'charge:ch_1')]],
    [0, '20.00 USD left (refund charge:ch_1), the ledger does not say to whom, and only acct_1 may get any'],
  ],
  [
    'who was read: the same one again is no other',
    '{ read: get_customer, over: 2, per: 1h }',
    [
      [0, 'get_customer', read('customer:1')],
      [1, 'get_customer', read('customer:2')],
      [2, 'get_customer', read('customer:1')],
      [3, 'get_customer', read('customer:3')],
    ],
    [3, '3 subjects were read by get_customer within 1h: customer:2, customer:1, customer:3'],
  ],
  [
    'reads of one agent, by the ledger',
    '{ read: { ledger: customer_read }, over: 1, per: 1h, each: agent }',
    [
      [0, 'get_customer', read('customer:1')],
      [1, 'create_refund', read('customer:2')],
    ],
    [1, '2 subjects were read as customer_read for refunds-bot within 1h: customer:1, customer:2'],
  ],
  [
    'requests, whatever became of them',
    '{ requests: create_refund, over: 1, per: 1m }',
    [
      [0, 'create_refund', { kind: ARRIVAL, write: false }],
      [1, 'create_refund', refund(5, 'charge:ch_1')],
      [2, 'create_refund', { kind: ARRIVAL, write: false }],
    ],
    [2, '2 requests to create_refund reached payments within 1m'],
  ],
])('%s', (_name, rule, told, expected) => {
  expect(harmOf(rule, told)).toEqual(expected);
});

test('a return that is approved and paid out by one call is one deed', () => {
  const [one] = deeds([[0, 'create_refund', refund(5, 'order:1')]]);
  const loaded = loadPolicy(`${POLICY}  - { effect: create_refund, morePer: subject, than: 1 }\n`, 'p.yaml');
  const watch = neverOracles(loaded.ok ? loaded.value.never : [])[0]!.watch();
  const other: Deed = { ...one!, entry: { ...one!.entry, kind: 'return_approved', moneyOut: null } };
  expect([one!, other].map((deed) => watch.see(deed))).toEqual([undefined, undefined]);
});
