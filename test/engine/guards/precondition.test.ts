import { expect, test } from 'vitest';
import type { Particulars, PreconditionFact } from '../../../src/engine/call.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { RateRule } from '../../../src/engine/guards/rate.ts';
import type { CallId } from '../../../src/engine/ids.ts';
import type { Precondition } from '../../../src/engine/policy.ts';
import { agent, allow, call, policy, route, routeId, routeSet, ruleId } from '../policies.ts';

const precondition: Precondition = {
  rule: ruleId('routes.refund.precondition'),
  route: routeId('get'),
  target: () => '/get',
  source: 'response.body.refunded == false',
  test: () => true,
};
const ROUTES = [route('get', 'read'), { ...route('refund', 'write'), precondition }];
const rates: RateRule[] = [
  { rule: ruleId('bot.rates[0]'), routes: routeSet('refund'), max: 1, perMs: 1_000, onTrip: 'deny' },
];
const engine = (): Engine =>
  new Engine(policy([agent('bot', { rates }, { allow: allow('bot', 'get', 'refund') })], {}, ROUTES));

const NOTHING: Particulars = { shape: [], parameters: {}, segment: null, precondition: null, payment: null };
const write = (fact: PreconditionFact | null, at = 7) =>
  call('w', { route: 'refund', effect: 'write', amount: null, at, particulars: { ...NOTHING, precondition: fact } });

const denied = {
  guard: 'precondition',
  rule: 'routes.refund.precondition',
  verdict: 'deny',
  limit: 'response.body.refunded == false',
  retryable: 'if-changed',
};
const read = 'r' as CallId;

test.each<[string, PreconditionFact | null, object]>([
  ['unread', { kind: 'unread' }, { ...denied, reason: 'precondition_unread', retryable: 'after', retryAt: 7 }],
  ['without the fact', null, { ...denied, reason: 'precondition_unread', retryable: 'after', retryAt: 7 }],
  [
    'unreadable',
    { kind: 'unreadable', why: 'the read failed: reset', read },
    { ...denied, reason: 'precondition_unreadable', observed: 'the read failed: reset' },
  ],
  ['true', { kind: 'read', read, truth: true, changed: [] }, { verdict: 'pass', reason: 'ok' }],
  [
    'false, and what changed',
    { kind: 'read', read, truth: false, changed: ['refunded: false is now true'] },
    {
      ...denied,
      reason: 'precondition_failed',
      observed: 'refunded: false is now true',
    },
  ],
  [
    'false, and nothing known of before',
    { kind: 'read', read, truth: false, changed: [] },
    { ...denied, reason: 'precondition_failed', observed: 'not: response.body.refunded == false' },
  ],
  [
    'no truth',
    { kind: 'read', read, truth: 'error', changed: [] },
    { ...denied, reason: 'precondition_error', retryable: 'never' },
  ],
])('a write whose precondition is %s', (_, fact, expected) => {
  const found = engine().decide(write(fact)).findings.at(-1);
  expect(found).toMatchObject(expected);
});

test('what was never read is not let through even without any particulars', () => {
  const bare = call('w', { route: 'refund', effect: 'write', amount: null });
  expect(engine().decide(bare).decisive.reason).toBe('precondition_unread');
});

test('it hides no other guard: whatever else refuses a call names the reason', () => {
  const acting = engine();
  const first = write({ kind: 'read', read, truth: true, changed: [] });
  acting.apply({ kind: 'decided', call: first, verdict: 'allow', trips: [] });
  expect(acting.decide(write({ kind: 'unread' }, 8)).decisive.reason).toBe('rate_exceeded');
  expect(acting.decide(write({ kind: 'unread' }, 1_008)).decisive.reason).toBe('precondition_unread');
});
