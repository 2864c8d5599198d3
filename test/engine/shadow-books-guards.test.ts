import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PaymentFact } from '../../src/engine/call.ts';
import { tripsOf } from '../../src/engine/combine.ts';
import { isAdmitted } from '../../src/engine/decision.ts';
import type { Effectiveness } from '../../src/engine/event.ts';
import type { FreshRule } from '../../src/engine/guards/fresh.ts';
import type { PaymentRule } from '../../src/engine/guards/payment.ts';
import type { VolumeRule } from '../../src/engine/guards/volume.ts';
import type { CallId } from '../../src/engine/ids.ts';
import type { Route } from '../../src/engine/policy.ts';
import { answered } from './guards/act.ts';
import { agent, allow, call, money, policy, route, routeId, routeSet, ruleId } from './policies.ts';
import { Worlds } from './worlds.ts';

/*
 * The law of `shadow-books.test.ts` for what its histories have not: who has seen what since it changed, payments and their
 * nonces, idempotency keys, and shares of what was read.
 */

const MINUTE_MS = 60_000;
const paid = (name: string): Route => ({ ...route(name, 'money'), payment: () => null });
const ROUTES = [route('get', 'read'), route('put', 'write'), paid('quote')];
const NAMES = ROUTES.map(({ id }): string => id);

const freshOf = (name: string): FreshRule => ({
  rule: ruleId(`${name}.fresh[0]`),
  routes: routeSet('put'),
  reads: [routeId('get')],
  maxAgeMs: 5 * MINUTE_MS,
  sameResource: new Map([[routeId('put'), new Set([routeId('get')])]]),
});
const paymentOf = (name: string): PaymentRule => ({
  rule: ruleId(`${name}.payment[0]`),
  routes: routeSet('quote'),
  network: 'eip155:8453',
  asset: '0xusdc',
  payTo: new Set(['0xshop']),
  max: money('0.10 USD'),
  withinMs: 10 * MINUTE_MS,
  unstatedAsset: 'deny',
});
const volumeOf = (name: string): VolumeRule => ({
  rule: ruleId(`${name}.volume[0]`),
  routes: routeSet('put'),
  limit: { kind: 'share', share: 100_000, of: routeSet('get') as ReadonlySet<never>, free: 1 },
  per: { kind: 'rolling', ms: 30 * MINUTE_MS },
  onTrip: 'deny',
  expiresMs: MINUTE_MS,
});

const AGENTS = ['real', 'ann', 'bob'];
const POLICY = policy(
  AGENTS.map((name) =>
    agent(
      name,
      { fresh: [freshOf(name)], payment: [paymentOf(name)], volume: [volumeOf(name)] },
      { stage: name === 'real' ? 'production' : 'shadow', allow: allow(name, ...NAMES) },
    ),
  ),
  {},
  ROUTES,
);

const payment = (nonce: string): PaymentFact => ({
  version: 2,
  scheme: 'exact',
  network: 'eip155:8453',
  asset: '0xusdc',
  payTo: '0xshop',
  amount: '10000',
  nonce,
  validUntil: MINUTE_MS,
});

const aCall = fc.record({
  kind: fc.constant('call' as const),
  agent: fc.constantFrom(...AGENTS),
  route: fc.constantFrom('get', 'get', 'put', 'put', 'quote'),
  subject: fc.constantFrom('order:1', 'order:2'),
  bytes: fc.constantFrom('a', 'a', 'b'),
  key: fc.constantFrom(undefined, 'k1', 'k1', 'k2'),
  nonce: fc.constantFrom('n1', 'n2', 'n3', null),
});
const anEnd = fc.record({
  kind: fc.constant('end' as const),
  nth: fc.nat(3),
  effectiveness: fc.constantFrom<Effectiveness[]>('effective', 'effective', 'ineffective', 'unknown'),
});
const aPause = fc.record({
  kind: fc.constant('wait' as const),
  ms: fc.constantFrom(1, MINUTE_MS, 6 * MINUTE_MS, 45 * MINUTE_MS),
});
const moves = fc.array(
  fc.oneof({ weight: 10, arbitrary: aCall }, { weight: 9, arbitrary: anEnd }, { weight: 2, arbitrary: aPause }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** Refusals that must have been met, or nothing was tested. */
const BOTH = ['changed_since_read', 'already_paid', 'nonce_used', 'volume_exceeded', 'idempotency_key_reused'];
const WANTED = [...BOTH.flatMap((reason) => [`shadow ${reason}`, `real ${reason}`]), 'shadow idempotency_key_taken'];

test('what is read, paid, keyed and counted is judged for an agent in shadow as production will, and for others as if it were not there', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(moves, (story) => {
      const worlds = new Worlds(POLICY, (kind, reason) =>
        met.set(`${kind} ${reason}`, (met.get(`${kind} ${reason}`) ?? 0) + 1),
      );
      const open: CallId[] = [];
      // Had a captured write been real, its key would have been taken for others: such a history has no other world.
      const capturedKeys = new Set<string>();
      let [at, calls] = [0, 0];
      for (const move of story) {
        if (move.kind === 'wait') at += move.ms;
        else if (move.kind === 'end') {
          const [ended] = open.splice(move.nth % Math.max(1, open.length), 1);
          if (ended === undefined) continue;
          const status = { effective: 200, ineffective: 402, unknown: 500 }[move.effectiveness];
          worlds.apply({ kind: 'ended', call: ended, at, effectiveness: move.effectiveness, answer: answered(status) });
        } else {
          const { agent: name, route: its, subject, bytes, key, nonce } = move;
          const isPaid = its === 'quote' && nonce !== null;
          const particulars = {
            shape: [],
            parameters: {},
            segment: null,
            precondition: null,
            payment: isPaid ? payment(nonce) : null,
          };
          const one = call(`call_${(calls += 1)}`, {
            at,
            agent: name,
            route: its,
            effect: its === 'get' ? 'read' : its === 'put' ? 'write' : 'money',
            subject,
            amount: isPaid ? money('0.01 USD') : null,
            fingerprint: `${its} ${subject} ${bytes}`,
            particulars,
            ...(key !== undefined && its !== 'get' && !(name === 'real' && capturedKeys.has(key)) && { key }),
          });
          const decision = worlds.decide(one);
          if (isAdmitted(decision.verdict)) open.push(one.id);
          if (decision.verdict === 'capture' && one.key !== undefined) capturedKeys.add(one.key);
          worlds.apply({ kind: 'decided', call: one, verdict: decision.verdict, trips: tripsOf(decision) });
        }
      }
    }),
    { numRuns: 1_500 },
  );
  expect(WANTED.filter((one) => (met.get(one) ?? 0) < 5)).toEqual([]);
}, 60_000);
