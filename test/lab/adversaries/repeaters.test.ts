import { describe, expect, test } from 'vitest';
import type { Adversary } from '../../../src/lab/adversaries/adversary.ts';
import { crashAndRepeat } from '../../../src/lab/adversaries/crash-and-repeat.ts';
import { looper } from '../../../src/lab/adversaries/looper.ts';
import { retryingClient } from '../../../src/lab/adversaries/retrying-client.ts';
import { slowDripper } from '../../../src/lab/adversaries/slow-dripper.ts';
import { splitter } from '../../../src/lab/adversaries/splitter.ts';
import { twins } from '../../../src/lab/adversaries/twins.ts';
import type { Deed, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { hunt, moneyOut, never } from './hunt.ts';
import { till } from './till.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const REFUND = `
  refund:
    match: POST /v1/refunds
    upstream: till
    effect: money
    subject: "order:{body.order}"
    amount: { minor: body.amount, currency: USD }`;
const PAY = `
  pay:
    match: POST /v1/payouts
    upstream: till
    effect: money
    subject: "account:{body.to}"
    amount: { minor: body.amount, currency: USD }`;
const CHECKED = '\n    precondition: { read: "GET /v1/orders/{body.order}", require: "response.body.refunded == 0" }';
const ORDER = '\n  get_order: { match: "GET /v1/orders/{id}", upstream: till, effect: read, subject: "order:{id}" }';
const DELETE =
  '\n  delete: { match: "DELETE /v1/customers/{id}", upstream: till, effect: destructive, subject: "customer:{id}" }';

/** Agents `bot` and, where named, `second`, with the same rules. */
function policy(routes: string, rules: string, agents: readonly string[] = ['bot'], shared = ''): string {
  const each = agents.map((name) => `  ${name}:\n    stage: production\n${rules.replaceAll(/^/gm, '    ')}`);
  return `
version: 1
upstreams:
  till: { url: https://till.example, credential: { env: TILL_KEY, as: bearer } }
routes:${routes}
agents:
${each.join('\n')}
${shared}
`;
}

const lately = (deeds: readonly Deed[], ms: number): readonly Deed[] =>
  deeds.filter(({ at }) => at > (deeds.at(-1)?.at ?? 0) - ms);
const effects = (deeds: readonly Deed[]): readonly Deed[] => deeds.filter(({ entry }) => entry.write);

const REFUNDED_ONCE = never('an order is refunded once', (deeds) => {
  const last = deeds.at(-1);
  return effects(deeds).filter(({ entry }) => entry.subject === last?.entry.subject).length > 1;
});
const within = (units: number, ms: number): Oracle =>
  never(`no more than ${units} USD leave in ${ms} ms`, (deeds) => moneyOut(lately(deeds, ms)) > units);

/** Each of several times as many runs as any hole here needs. */
const SOUND_RUNS = 150;

interface Planted {
  readonly adversary: Adversary;
  readonly hole: string;
  readonly open: string;
  readonly closed: string;
  readonly oracle: Oracle;
  /** As many calls as a person would need to show it. */
  readonly effects: number;
}

const PLANTED: readonly Planted[] = [
  {
    adversary: looper,
    hole: 'nothing says that a refund is made once',
    open: policy(REFUND, 'allow: [refund]'),
    closed: policy(REFUND, 'allow: [refund]\nonce: [{ route: refund, per: subject }]'),
    oracle: REFUNDED_ONCE,
    effects: 2,
  },
  {
    adversary: looper,
    hole: 'nothing says how many customers may be deleted',
    open: policy(DELETE, 'allow: [delete]\nonce: [{ route: delete, per: subject }]'),
    closed: policy(DELETE, 'allow: [delete]\nrates: [{ route: delete, max: 2, per: 1h }]'),
    oracle: never('two customers an hour', (deeds) => effects(lately(deeds, HOUR_MS)).length > 2),
    effects: 3,
  },
  {
    adversary: retryingClient,
    hole: 'once for the idempotency key, and not for the order',
    open: policy(
      REFUND.replace('order:{body.order}', 'refund:{header.idempotency-key}'),
      'allow: [refund]\nonce: [{ route: refund, per: subject }]',
    ),
    closed: policy(REFUND, 'allow: [refund]\nonce: [{ route: refund, per: subject }]'),
    oracle: REFUNDED_ONCE,
    effects: 2,
  },
  {
    adversary: retryingClient,
    hole: 'nothing bounds how often a retry is sent',
    open: policy(PAY, 'allow: [pay]'),
    closed: policy(PAY, 'allow: [pay]\nrates: [{ route: pay, max: 3, per: 1m }]'),
    oracle: never('a payment is sent three times a minute', (deeds) => requests(lately(deeds, MINUTE_MS)) > 3),
    effects: 4,
  },
  {
    adversary: twins,
    hole: 'the door looks first, and two at once both look before either is done',
    open: policy(ORDER + REFUND + CHECKED, 'allow: [get_order, refund]'),
    closed: policy(ORDER + REFUND + CHECKED, 'allow: [get_order, refund]\nonce: [{ route: refund, per: subject }]'),
    oracle: REFUNDED_ONCE,
    effects: 2,
  },
  {
    adversary: twins,
    hole: 'each agent has a budget of its own',
    open: policy(PAY, 'allow: [pay]\ncollar: [{ route: pay, max: 60 USD }]\nbudgets: [{ max: 100 USD, per: 24h }]', [
      'bot',
      'second',
    ]),
    closed: policy(
      PAY,
      'allow: [pay]\ncollar: [{ route: pay, max: 60 USD }]',
      ['bot', 'second'],
      'budgets: [{ max: 100 USD, per: 24h }]',
    ),
    oracle: within(100, DAY_MS),
    effects: 4,
  },
  {
    adversary: splitter,
    hole: 'a human sees what is large, and nobody adds up what is not',
    open: policy(PAY, 'allow: [pay]\napproval: [{ route: pay, above: 50 USD, expires: 30m }]'),
    closed: policy(
      PAY,
      'allow: [pay]\napproval: [{ route: pay, above: 50 USD, expires: 30m }]\nbudgets: [{ max: 120 USD, per: 24h }]',
    ),
    oracle: within(120, DAY_MS),
    effects: 4,
  },
  {
    adversary: splitter,
    hole: 'every task has a budget of its own',
    open: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 24h, each: task }]'),
    closed: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 24h }]'),
    oracle: within(100, DAY_MS),
    effects: 3,
  },
  {
    adversary: slowDripper,
    hole: 'a day is bounded and the week is not',
    open: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 24h }]'),
    closed: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 24h }, { max: 250 USD, per: 7d }]'),
    oracle: within(250, 7 * DAY_MS),
    effects: 5,
  },
  {
    adversary: slowDripper,
    hole: 'once for a day is not once',
    open: policy(REFUND, 'allow: [refund]\nonce: [{ route: refund, per: subject, within: 24h }]'),
    closed: policy(REFUND, 'allow: [refund]\nonce: [{ route: refund, per: subject }]'),
    oracle: REFUNDED_ONCE,
    effects: 2,
  },
  {
    adversary: crashAndRepeat,
    hole: 'only calls under way at a time are counted, and a restart forgets them',
    open: policy(REFUND, 'allow: [refund]\ninflight: 1'),
    closed: policy(REFUND, 'allow: [refund]\nonce: [{ route: refund, per: subject }]'),
    oracle: REFUNDED_ONCE,
    effects: 2,
  },
  {
    adversary: crashAndRepeat,
    hole: 'what is held in a crash is counted for an hour only',
    open: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 1h }]'),
    closed: policy(PAY, 'allow: [pay]\nbudgets: [{ max: 100 USD, per: 24h }]'),
    oracle: within(100, DAY_MS),
    effects: 2,
  },
];

describe.each(PLANTED)('$adversary.name: $hole', ({ adversary, open, closed, oracle, effects: most }) => {
  const worlds = { till };

  test('it is found', () => {
    const found = hunt(adversary, { policy: open, worlds, oracle });
    expect(found, 'nothing in all runs').toBeDefined();
    // Fast-check shrinks moves; where one alone would need larger numbers, two are simpler to it.
    expect(found?.moves.length, found?.again).toBeLessThanOrEqual(2);
    const done = effects(found?.harm.deeds ?? []);
    expect(done.length, `${found?.again}: ${found?.moves.join('; ')}`).toBeLessThanOrEqual(most);
  });

  test('without the hole there is nothing to be found', () => {
    const found = hunt(adversary, { policy: closed, worlds, oracle, runs: SOUND_RUNS });
    expect(found?.moves, found?.again).toBeUndefined();
  });
});

function requests(deeds: readonly Deed[]): number {
  return deeds.filter(({ entry }) => entry.kind === ARRIVAL).length;
}
