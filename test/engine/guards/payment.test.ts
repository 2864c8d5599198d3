import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call, PaymentFact } from '../../../src/engine/call.ts';
import type { Effectiveness } from '../../../src/engine/event.ts';
import { DAY_MS, type PaymentRule } from '../../../src/engine/guards/payment.ts';
import type { CallId } from '../../../src/engine/ids.ts';
import type { Route } from '../../../src/engine/policy.ts';
import { payment as model } from '../../model/payment.ts';
import { agent, allow, call, money, policy, route, routeSet, ruleId } from '../policies.ts';
import { answered, Stage } from './act.ts';

type Stated = Exclude<PaymentFact, { readonly fault: string }>;

const paid = (name: string): Route => ({ ...route(name, 'money'), payment: () => null });
const ROUTES = [paid('quote'), paid('news'), paid('refund')];
const NAMES = ROUTES.map(({ id }): string => id);
const MINUTES = 60_000;

const RULE: PaymentRule = {
  rule: ruleId('bot.payment[0]'),
  routes: routeSet('quote', 'news'),
  network: 'eip155:8453',
  asset: '0xusdc',
  payTo: new Set(['0xshop']),
  max: money('0.10 USD'),
  withinMs: 10 * MINUTES,
  unstatedAsset: 'deny',
};

const bots = (rule: PaymentRule) => [
  agent('bot', { payment: [rule] }, { allow: allow('bot', ...NAMES) }),
  agent('eve', { payment: [{ ...rule, rule: ruleId('eve.payment[0]') }] }, { allow: allow('eve', ...NAMES) }),
];
const stageOf = (rule: PaymentRule = RULE): Stage => new Stage(policy(bots(rule), {}, ROUTES), 'payment');

const STATED: Stated = {
  version: 2,
  scheme: 'exact',
  network: 'eip155:8453',
  asset: '0xusdc',
  payTo: '0xshop',
  amount: '10000',
  nonce: '0x01',
  validUntil: MINUTES,
};

type More = Parameters<typeof call>[1];

/** A quote asked for with a payment of 0.01 USD; the logical request is its fingerprint. */
function pay(id: string, payment: Partial<Stated> | { readonly fault: string } | null, more: More = {}): Call {
  const fact = payment === null || 'fault' in payment ? payment : { ...STATED, ...payment };
  const particulars = { shape: [], parameters: {}, segment: null, precondition: null, payment: fact };
  const amount = fact === null ? null : money('0.01 USD');
  return call(id, { route: 'quote', fingerprint: 'GET /quotes/A', amount, particulars, ...more });
}

function end(stage: Stage, id: string, at: number, effectiveness: Effectiveness): void {
  const status = { effective: 200, ineffective: 402, unknown: 500 }[effectiveness];
  stage.tell({ kind: 'ended', call: id as CallId, at, effectiveness, answer: answered(status) });
}

/** Each row: what happened before, and what is found of a payment at 5 minutes. */
const ROWS: readonly (readonly [name: string, before: (stage: Stage) => void, second: Call, reason: string])[] = [
  ['as pinned', () => undefined, pay('b', {}), 'ok'],
  ['no payment at all', () => undefined, pay('b', null), 'ok'],
  ['not to be read', () => undefined, pay('b', { fault: 'not JSON' }), 'payment_unreadable'],
  ['on a route without a rule', () => undefined, pay('b', {}, { route: 'refund' }), 'payment_not_allowed'],
  [
    'unreadable, on a route without a rule',
    () => undefined,
    pay('b', { fault: 'not JSON' }, { route: 'refund' }),
    'payment_not_allowed',
  ],
  ['on another network', () => undefined, pay('b', { network: 'eip155:84532' }), 'network_not_allowed'],
  ['in a lookalike asset', () => undefined, pay('b', { asset: '0xusdd' }), 'asset_not_allowed'],
  ['in an asset that is not stated', () => undefined, pay('b', { asset: '', version: 1 }), 'asset_not_stated'],
  ['to another payee', () => undefined, pay('b', { payTo: '0xeve' }), 'payee_not_allowed'],
  ['of the most', () => undefined, pay('b', {}, { amount: money('0.10 USD') }), 'ok'],
  ['of more', () => undefined, pay('b', {}, { amount: money('0.11 USD') }), 'payment_too_large'],
  [
    'of an amount that cannot be read',
    () => undefined,
    pay('b', {}, { amount: { fault: 'malformed' } }),
    'amount_not_countable',
  ],
  ['of no amount', () => undefined, pay('b', {}, { amount: null }), 'amount_not_countable'],
  ['in another currency', () => undefined, pay('b', {}, { amount: money('0.01 EUR') }), 'amount_not_countable'],
  ['valid for a day', () => undefined, pay('b', { validUntil: 5 * MINUTES + DAY_MS }), 'ok'],
  ['valid for longer', () => undefined, pay('b', { validUntil: 5 * MINUTES + DAY_MS + 1 }), 'valid_too_long'],
  ['while the first is in flight', (s) => void s.call(pay('a', {})), pay('b', { nonce: '0x02' }), 'already_paid'],
  [
    'after the first was settled',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'effective')),
    pay('b', { nonce: '0x02' }),
    'already_paid',
  ],
  [
    'after the first was lost',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'unknown')),
    pay('b', { nonce: '0x02' }),
    'already_paid',
  ],
  [
    'after a crash while the first was in flight',
    (s) => (s.call(pay('a', {})), s.restart(), s.lose('a', 1)),
    pay('b', { nonce: '0x02' }),
    'already_paid',
  ],
  [
    'after the first was refused',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'ineffective')),
    pay('b', { nonce: '0x02' }),
    'ok',
  ],
  [
    'the same again after it was refused',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'ineffective')),
    pay('b', {}),
    'nonce_used',
  ],
  [
    'for another request',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'effective')),
    pay('b', { nonce: '0x02' }, { fingerprint: 'GET /quotes/B' }),
    'ok',
  ],
  [
    'for another request, with the same nonce',
    (s) => (s.call(pay('a', {})), end(s, 'a', 1, 'effective')),
    pay('b', {}, { fingerprint: 'GET /quotes/B' }),
    'nonce_used',
  ],
  [
    "with another agent's nonce",
    (s) => (s.call(pay('a', {}, { agent: 'eve' })), end(s, 'a', 1, 'effective')),
    pay('b', {}),
    'nonce_used',
  ],
  [
    'for what another agent paid for',
    (s) => (s.call(pay('a', {}, { agent: 'eve' })), end(s, 'a', 1, 'effective')),
    pay('b', { nonce: '0x02' }),
    'ok',
  ],
  ['without a payment, for what was paid for', (s) => void s.call(pay('a', {})), pay('b', null), 'ok'],
  ['after one that was refused by the door', (s) => void s.call(pay('a', { payTo: '0xeve' })), pay('b', {}), 'ok'],
];

test.each(ROWS)('%s', (_, before, second, reason) => {
  const stage = stageOf();
  before(stage);
  expect(stage.call({ ...second, at: 5 * MINUTES })?.reason).toBe(reason);
});

test('a second payment names the first, and passes once the window is over', () => {
  const stage = stageOf();
  stage.call(pay('a', {}));
  const refused = { earlier: 'a', retryable: 'never' };
  expect(stage.call(pay('b', { nonce: '0x02' }))).toMatchObject(refused);
  end(stage, 'a', 1_000, 'effective');
  const freeAt = 1_000 + RULE.withinMs;
  expect(stage.call(pay('c', { nonce: '0x02' }, { at: freeAt - 1 }))).toMatchObject(refused);
  expect(stage.call(pay('d', { nonce: '0x02' }, { at: freeAt }))?.reason).toBe('ok');
});

test('an asset that is not stated is taken for the pinned one where the rule says so', () => {
  const stage = stageOf({ ...RULE, unstatedAsset: 'allow' });
  expect(stage.call(pay('a', { asset: '', version: 1 }))?.reason).toBe('ok');
});

test('when more payments were made in a day than can be kept apart, further ones wait', () => {
  const stage = stageOf();
  for (let index = 0; index < 100_000; index += 1) {
    const one = pay(`c${index}`, { nonce: `0x${index}` }, { fingerprint: `f${index}`, at: DAY_MS });
    stage.engine.apply({ kind: 'decided', call: one, verdict: 'allow', trips: [] });
  }
  const more = pay('more', { nonce: '0xmore', validUntil: DAY_MS }, { fingerprint: 'more', at: DAY_MS });
  const full = { reason: 'too_many_payments', retryable: 'after', retryAt: 2 * DAY_MS };
  expect(stage.call(more)).toMatchObject(full);
  expect(stage.call({ ...more, at: 2 * DAY_MS })?.reason).toBe('ok');
});

const move = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      agent: fc.constantFrom('bot', 'eve'),
      route: fc.constantFrom('quote', 'news', 'refund'),
      request: fc.constantFrom('A', 'B'),
      payment: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(null, { fault: 'not JSON' }) },
        {
          weight: 8,
          arbitrary: fc.record({
            nonce: fc.constantFrom('0x01', '0x02', '0x03', '0x04', '0x05', '0x06'),
            payTo: fc.constantFrom('0xshop', '0xshop', '0xshop', '0xeve'),
            asset: fc.constantFrom('0xusdc', '0xusdc', '0xusdc', '0xusdd', ''),
          }),
        },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      nth: fc.nat(3),
      effectiveness: fc.constantFrom<Effectiveness>('effective', 'ineffective', 'unknown'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, MINUTES, 600_000) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cut' as const }) },
);

test('payment_matches_its_model, over restarts at any point', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60, size: 'max' }), (moves) => {
      const stage = stageOf();
      const open: Call[] = [];
      let at = 0;
      for (const [index, one] of moves.entries()) {
        if (one.kind === 'wait') at += one.ms;
        else if (one.kind === 'cut') stage.restart();
        else if (one.kind === 'end') {
          const [ended] = open.splice(one.nth % Math.max(1, open.length), 1);
          if (ended !== undefined) end(stage, ended.id, at, one.effectiveness);
        } else {
          const fingerprint = `${one.route} ${one.request}`;
          const asked = pay(`c${index}`, one.payment, { agent: one.agent, route: one.route, fingerprint, at });
          const rule = one.route === 'refund' ? undefined : RULE;
          expect(stage.finding(stage.engine.decide(asked))?.reason).toBe(model(rule, stage.events, asked));
          if (stage.engine.decide(asked).verdict === 'allow') open.push(asked);
          stage.call(asked);
        }
      }
    }),
  );
});
