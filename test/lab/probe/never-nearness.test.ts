import { expect, test } from 'vitest';
import { adversaries } from '../../../src/lab/adversaries/all.ts';
import { LOSSES } from '../../../src/lab/adversaries/picks.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { Oracle } from '../../../src/lab/oracles/oracle.ts';
import { faultName } from '../../../src/lab/probe/coverage/faults.ts';
import type { NeverApproach } from '../../../src/lab/probe/nearness/never.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { search } from '../../../src/lab/probe/search.ts';
import { neverWords } from '../../../src/report/probe/words.ts';
import { DOLLARS_ALONE, refundsField } from './refunds-field.ts';

/** What adversaries do to an answer. */
const FAULTS_MADE: readonly Fault[] = [...LOSSES, { kind: 'latency', ms: 1 }];

const DAY_MS = 86_400_000;

/** Harms nobody: keeps the most that any run refunded within a day, and how often it refunded one charge, counted anew each time. */
function truth(): { readonly oracle: Oracle; readonly most: { micros: bigint; times: number } } {
  const most = { micros: 0n, times: 0 };
  const watch = () => {
    const refunds: { at: number; subject: string; micros: bigint }[] = [];
    return {
      see: ({ at, entry, by }: Parameters<ReturnType<Oracle['watch']>['see']>[0]) => {
        if (by === null || by.route !== 'create_refund' || entry.moneyOut === null) return undefined;
        if (entry.moneyOut.currency !== 'USD') return undefined;
        refunds.push({ at, subject: entry.subject, micros: entry.moneyOut.micros });
        const lately = refunds.filter((one) => one.at > at - DAY_MS);
        const sum = lately.reduce((total, { micros }) => total + micros, 0n);
        if (sum > most.micros) most.micros = sum;
        const times = refunds.filter(({ subject }) => subject === entry.subject).length;
        if (times > most.times) most.times = times;
        return undefined;
      },
    };
  };
  return { oracle: { name: 'the truth', text: 'nothing', watch }, most };
}

const NEVER = `    rates: [{ route: create_refund, max: 30, per: 1h }]
    budgets: [{ max: 60 USD, per: 24h }]
    collar: [{ max: 25 USD }]
    once: [{ route: create_refund, per: subject }]
never:
  - { effect: create_refund, morePer: subject, than: 1 }
  - { money: out, over: [500 USD, 500 EUR, 500 GBP], per: 24h }
  - { effect: create_refund, over: 5000, per: 1h }
  - { money: out, to: [acct_1] }
  - { read: get_charge, over: 2000, per: 1h }
`;

test('a search tells how near it came to each never rule, as the ledgers tell it anew, and what stopped the rest', () => {
  const field = refundsField(NEVER, DOLLARS_ALONE);
  const { oracle, most } = truth();
  const oracles = [...neverOracles(field.loaded.never), oracle];
  const { never, discoveries, coverage } = search(field, oracles, adversaries, {
    seed: 5,
    runs: 120,
    clock: { now: () => 0 },
  });
  expect(discoveries).toEqual([]);
  // What no adversary makes is no part of what could have been reached.
  const covered = (name: string) => coverage.groups.find(({ group }) => group === name);
  const faults = covered('faults');
  expect((faults?.reached.length ?? 0) + (faults?.unreached.length ?? 0)).toBe(
    new Set(FAULTS_MADE.map(faultName)).size,
  );
  expect(covered('guards')?.unreached.map(({ what }) => what)).not.toContain('payment stopped a call');
  const [once, money, many, payee, reads] = never.filter(({ limit }) => limit === null || !/EUR|GBP/.test(limit)) as [
    NeverApproach,
    NeverApproach,
    NeverApproach,
    NeverApproach,
    NeverApproach,
  ];
  expect([...new Set(never.map(({ rule }) => rule))]).toEqual([
    'never[0]',
    'never[1]',
    'never[2]',
    'never[3]',
    'never[4]',
  ]);
  expect([once.came, once.limit, once.share]).toEqual([String(most.times), '1', 1]);
  expect(once.calls).toMatchObject({ stopped: expect.any(Number), mostlyBy: expect.stringMatching(/^bot\./) });
  expect(once.calls.through).toBeGreaterThan(0);
  expect(money.came).toBe(`${(Number(most.micros) / 1e6).toFixed(2)} USD`);
  // More than any one call may move.
  expect(most.micros).toBeGreaterThan(25_000_000n);
  expect(money.limit).toBe('500.00 USD');
  expect(money.share).toBeLessThanOrEqual(60 / 500);
  expect(adversaries.map(({ name }) => name)).toContain(money.by);
  expect(neverWords(money)).toMatch(
    /^over 500\.00 USD: came to .* USD \(\d+\.\d %\) by [\w-]+; never approached\. Of the calls/,
  );
  expect(many).toMatchObject({ limit: '5000', outOfReach: false });
  expect(payee).toMatchObject({ limit: null, share: null, came: '0', by: null });
  expect(Number(reads.came)).toBeGreaterThan(0);
});

test('a search that has no adversary for a rule says that it held says nothing', () => {
  const field = refundsField(`    once: [{ route: create_refund, per: subject }]
never: [{ money: out, over: 500 USD, per: 24h }]
`);
  const oracles = neverOracles(field.loaded.never);
  const { never } = search(field, oracles, [], { seed: 5, runs: 20, clock: { now: () => 0 } });
  expect(never).toHaveLength(1);
  expect(neverWords(never[0]!)).toBe(
    'over 500.00 USD: came to 0.00 USD (0.0 %); never approached. No adversary made a call that could do it: that it held says nothing',
  );
});

const base: NeverApproach = {
  rule: 'never[0]',
  limit: '50',
  came: '4',
  share: 0.08,
  by: 'walker',
  calls: { through: 0, stopped: 0, mostlyBy: null },
  outOfReach: false,
};

test.each<[Partial<NeverApproach>, string]>([
  [
    { calls: { through: 312, stopped: 1_040, mostlyBy: 'bot.rates[0]' } },
    'over 50: came to 4 (8.0 %) by walker; never approached. Of the calls that could do it 312 were let through and 1,040 stopped, mostly by `bot.rates[0]`',
  ],
  [
    { came: '50', share: 1, calls: { through: 90, stopped: 0, mostlyBy: null } },
    'over 50: came to 50 (100 %) by walker. All 90 calls that could do it were let through: nothing held them back',
  ],
  [
    { limit: null, came: '0', share: null, by: null, calls: { through: 0, stopped: 7, mostlyBy: 'bot.allow' } },
    'none at all: came to none. Each of 7 calls that could do it was stopped, mostly by `bot.allow`',
  ],
  [
    { outOfReach: true },
    'over 50: came to 4 (8.0 %) by walker; cannot be broken here: the mock businesses hold too little. That it held says nothing',
  ],
])('in words: %j', (more, words) => {
  expect(neverWords({ ...base, ...more })).toBe(words);
});
