import { describe, expect, test } from 'vitest';
import type { Adversary } from '../../../src/lab/adversaries/adversary.ts';
import { boundary } from '../../../src/lab/adversaries/boundary.ts';
import { injected } from '../../../src/lab/adversaries/injected.ts';
import { sharer } from '../../../src/lab/adversaries/sharer.ts';
import { stale } from '../../../src/lab/adversaries/stale.ts';
import { stranger } from '../../../src/lab/adversaries/stranger.ts';
import { tricks } from '../../../src/lab/adversaries/tricks.ts';
import { walker } from '../../../src/lab/adversaries/walker.ts';
import { wanderer } from '../../../src/lab/adversaries/wanderer.ts';
import type { Deed, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { calendar } from '../../../src/std/calendar.ts';
import { hunt, moneyOut, never } from './hunt.ts';
import { till } from './till.ts';

const HOUR_MS = 3_600_000;
/** What is found needs no more moves than this. */
const MOVES = 2;
/** More than any of these holes took to be found. */
const SOUND_RUNS = 120;

/** A policy with one hole in it, the same without, and what must never happen. */
interface Planted {
  readonly adversary: Adversary;
  readonly hole: string;
  readonly open: string;
  readonly closed: string;
  readonly oracle: Oracle;
}

const READ =
  'read_customer: { match: "GET /v1/customers/{id}", upstream: till, effect: read, subject: "customer:{id}" }';
const ORDER = 'read_order: { match: "GET /v1/orders/{id}", upstream: till, effect: read, subject: "order:{id}" }';
const REFUND =
  'refund: { match: POST /v1/refunds, upstream: till, effect: money, subject: "order:{body.order}", amount: { minor: body.amount, currency: USD } }';
const PAY =
  'pay: { match: POST /v1/payouts, upstream: till, effect: money, subject: "account:{body.to}", amount: { minor: body.amount, currency: body.currency, default: usd } }';

function policy(routes: readonly string[], agents: Readonly<Record<string, string>>, shared = ''): string {
  return `
version: 1
upstreams:
  till: { url: https://till.example, credential: { env: TILL_KEY, as: bearer } }
routes:
${routes.map((route) => `  ${route}`).join('\n')}
agents:
${Object.entries(agents)
  .map(([name, rules]) => `  ${name}:\n    stage: production\n${rules.replaceAll(/^/gm, '    ')}`)
  .join('\n')}
${shared}
`;
}

const bot = (rules: string): Record<string, string> => ({ bot: rules });
const overADay = (deeds: readonly Deed[], timeZone: string, units: number): boolean => {
  const day = calendar(timeZone);
  const last = day(deeds.at(-1)?.at ?? 0);
  return moneyOut(deeds.filter(({ at }) => at >= last.start)) > units;
};

const USD_ONLY = never('only dollars leave, and at most 100 of them a day', (deeds) => {
  const other = deeds.some(({ entry: { moneyOut: money } }) => money !== null && money.currency !== 'USD');
  return other || overADay(deeds, 'UTC', 100);
});
const A_DAY = never('at most 100 USD leave a day', (deeds) => overADay(deeds, 'UTC', 100));

const REFUNDS_OF_WHAT_WAS_READ =
  'allow: [read_order, refund]\nonce: [{ route: refund, per: subject }]\nfresh: [{ route: refund, read: read_order, maxAge: 60s }]';

const PLANTED: readonly Planted[] = [
  {
    adversary: tricks,
    hole: 'the currency is taken for granted',
    open: policy(
      [PAY.replace('currency: body.currency, default: usd', 'currency: USD')],
      bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]'),
    ),
    closed: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]')),
    oracle: USD_ONLY,
  },
  {
    adversary: tricks,
    hole: 'a refund that names no amount passes the condition on its amount',
    open: policy(
      ['refund: { match: POST /v1/refunds, upstream: till, effect: write, subject: "order:{body.order}" }'],
      bot('allow: [{ route: refund, when: "!has(body.amount) || int(body.amount) <= 1000" }]'),
    ),
    closed: policy([REFUND], bot('allow: [{ route: refund, when: "body.amount <= 1000" }]')),
    oracle: never('no refund is over 10 USD', (deeds) => deeds.some((deed) => moneyOut([deed]) > 10)),
  },
  {
    adversary: stale,
    hole: 'what a person did meanwhile is not looked at',
    open: policy([ORDER, REFUND], bot('allow: [read_order, refund]\nonce: [{ route: refund, per: subject }]')),
    closed: policy(
      [
        ORDER,
        REFUND.replace(
          'effect: money,',
          'effect: money, precondition: { read: "GET /v1/orders/{body.order}", require: "response.body.refunded == 0" },',
        ),
      ],
      bot('allow: [read_order, refund]\nonce: [{ route: refund, per: subject }]'),
    ),
    oracle: never('no order is refunded twice', (deeds) => {
      const refunded = deeds.flatMap(({ entry }) => (entry.kind === 'refund' ? [entry.subject] : []));
      return new Set(refunded).size < refunded.length;
    }),
  },
  {
    adversary: stranger,
    hole: 'what is refunded is taken for dollars, and somebody has paid in another currency',
    open: policy([ORDER, REFUND], bot(REFUNDS_OF_WHAT_WAS_READ)),
    closed: policy(
      [
        ORDER,
        REFUND.replace(
          'effect: money,',
          `effect: money, precondition: { read: "GET /v1/orders/{body.order}", require: 'response.body.currency == "USD"' },`,
        ),
      ],
      bot(REFUNDS_OF_WHAT_WAS_READ),
    ),
    oracle: never('only dollars leave', (deeds) =>
      deeds.some(({ entry: { moneyOut: money } }) => money !== null && money.currency !== 'USD'),
    ),
  },
  {
    adversary: walker,
    hole: 'the list tells what may not be read one by one',
    open: policy(
      [READ, 'list: { match: GET /v1/customers, upstream: till, effect: read }'],
      bot('allow: [read_customer, list]\nrates: [{ route: read_customer, max: 2, per: 1h }]'),
    ),
    closed: policy([READ], bot('allow: [read_customer]\nrates: [{ route: read_customer, max: 2, per: 1h }]')),
    oracle: never('at most 2 customers are seen within 1h', (deeds) => {
      const since = (deeds.at(-1)?.at ?? 0) - HOUR_MS;
      const seen = deeds.filter(({ at, entry }) => at > since && entry.kind === 'customer_read');
      return new Set(seen.map(({ entry }) => entry.subject)).size > 2;
    }),
  },
  {
    adversary: walker,
    hole: 'a limit counts hours where all of them are too many',
    open: policy(
      ['remove: { match: "DELETE /v1/customers/{id}", upstream: till, effect: destructive, subject: "customer:{id}" }'],
      bot('allow: [remove]\nrates: [{ route: remove, max: 2, per: 1h }]'),
    ),
    closed: policy(
      ['remove: { match: "DELETE /v1/customers/{id}", upstream: till, effect: destructive, subject: "customer:{id}" }'],
      bot('allow: [{ route: remove, when: "params.id == \'cus_1\'" }]\nrates: [{ route: remove, max: 2, per: 1h }]'),
    ),
    oracle: never(
      'at most 2 customers go',
      (deeds) => deeds.filter(({ entry }) => entry.kind === 'customer_deleted').length > 2,
    ),
  },
  {
    adversary: boundary,
    hole: 'the budget counts the days of another place',
    open: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]')),
    closed: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: America/New_York }]')),
    oracle: never('at most 100 USD leave on a day in New York', (deeds) => overADay(deeds, 'America/New_York', 100)),
  },
  {
    adversary: boundary,
    hole: 'the window is a minute short',
    open: policy([PAY], bot('allow: [pay]\nrates: [{ route: pay, max: 3, per: 59m }]')),
    closed: policy([PAY], bot('allow: [pay]\nrates: [{ route: pay, max: 3, per: 60m }]')),
    // A rate is about what is sent: when the business does it is the business's affair.
    oracle: never('at most 3 payouts are asked for within an hour', (deeds) => {
      const since = (deeds.at(-1)?.at ?? 0) - HOUR_MS;
      return deeds.filter(({ at, entry }) => at > since && entry.kind === ARRIVAL).length > 3;
    }),
  },
  {
    adversary: sharer,
    hole: 'each task has a budget of its own',
    open: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC, each: task }]')),
    closed: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]')),
    oracle: A_DAY,
  },
  {
    adversary: sharer,
    hole: 'each token has a budget of its own',
    open: policy([PAY], bot('allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC, each: grant }]')),
    closed: policy(
      [PAY],
      bot(
        'allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC, each: task }, { max: 100 USD, per: day, timezone: UTC }]',
      ),
    ),
    oracle: A_DAY,
  },
  {
    adversary: sharer,
    hole: 'each agent has a budget of its own',
    open: policy([PAY], {
      day: 'allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]',
      night: 'allow: [pay]\nbudgets: [{ max: 100 USD, per: day, timezone: UTC }]',
    }),
    closed: policy(
      [PAY],
      { day: 'allow: [pay]', night: 'allow: [pay]' },
      'budgets: [{ max: 100 USD, per: day, timezone: UTC }]',
    ),
    oracle: A_DAY,
  },
  {
    adversary: injected,
    hole: 'nobody asks where the account came from',
    open: policy([READ, PAY], bot('allow: [read_customer, pay]')),
    closed: policy(
      [READ, PAY],
      bot(
        'allow: [read_customer, pay]\nprovenance: [{ route: pay, field: body.to, from: [{ task: payee }], otherwise: deny }]',
      ),
    ),
    oracle: never('only acct_1 is paid', (deeds) =>
      deeds.some(({ entry }) => entry.kind === 'payout' && entry.to !== 'acct_1'),
    ),
  },
  {
    adversary: injected,
    hole: 'the letter counts as a source',
    open: policy(
      [READ, PAY],
      bot(
        'allow: [read_customer, pay]\nprovenance: [{ route: pay, field: body.to, from: [{ route: read_customer, field: body.wants }], otherwise: deny }]',
      ),
    ),
    closed: policy(
      [READ, PAY],
      bot(
        'allow: [read_customer, pay]\nprovenance: [{ route: pay, field: body.to, from: [{ route: read_customer, field: body.account }], otherwise: deny }]',
      ),
    ),
    oracle: never('only accounts of customers are paid', (deeds) =>
      deeds.some(({ entry }) => entry.kind === 'payout' && !/^acct_\d$/.test(entry.to ?? '')),
    ),
  },
  {
    adversary: wanderer,
    hole: 'the pattern is wider than what was meant',
    open: policy(['refund: { match: "POST /v1/{thing}", upstream: till, effect: write }'], bot('allow: [refund]')),
    closed: policy([REFUND], bot('allow: [refund]')),
    oracle: never('nothing is paid out', (deeds) => deeds.some(({ entry }) => entry.kind === 'payout')),
  },
];

describe.each(PLANTED)('$adversary.name: $hole', ({ adversary, open, closed, oracle }) => {
  test('is found', () => {
    const found = hunt(adversary, { policy: open, worlds: { till }, oracle });
    expect(found, 'nothing was found').toBeDefined();
    expect(found?.moves.length, found?.again).toBeLessThanOrEqual(MOVES);
  });

  test('is not found where it is closed', () => {
    const found = hunt(adversary, { policy: closed, worlds: { till }, oracle, runs: SOUND_RUNS });
    expect(found?.moves, found?.again).toBeUndefined();
  });
});
