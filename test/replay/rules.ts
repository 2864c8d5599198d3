import fc, { type Arbitrary } from 'fast-check';
import type { Policy } from '../../src/engine/policy.ts';
import type { AgentRules } from '../../src/engine/guards/index.ts';
import { policyWith } from '../engine/arbitraries.ts';
import { routeId, routeSet, ruleId } from '../engine/policies.ts';

const routes = fc.constantFrom(
  'all' as const,
  routeSet('refund'),
  routeSet('refund', 'payout'),
  routeSet('import', 'erase'),
);
const windowMs = fc.constantFrom(5_000, 20_000, 60_000);
const onTrip = fc.constantFrom('deny' as const, 'deny' as const, 'freeze' as const, 'kill' as const);
const hard = fc.constantFrom('freeze' as const, 'kill' as const);

/** The kinds that `policyWith` does not know and that need no human. */
const more: Arbitrary<Partial<AgentRules>> = fc.record({
  backoff: fc.array(
    fc.record({
      routes,
      initialMs: fc.constantFrom(1, 4_000),
      factor: fc.constantFrom(1, 2),
      maxMs: fc.constant(30_000),
      attempts: fc.integer({ min: 1, max: 3 }),
      onTrip,
    }),
    { maxLength: 1 },
  ),
  denials: fc.array(fc.record({ routes, count: fc.integer({ min: 2, max: 6 }), withinMs: windowMs, onTrip: hard }), {
    maxLength: 1,
  }),
  errorRate: fc.array(
    fc.record({
      routes,
      withinMs: windowMs,
      minimum: fc.constant(3),
      onTrip: hard,
      share: fc.constantFrom(500_000, 800_000),
    }),
    { maxLength: 1 },
  ),
  latency: fc.array(
    fc.record({ routes, withinMs: windowMs, minimum: fc.constant(3), onTrip: hard, overMs: fc.constantFrom(300, 800) }),
    { maxLength: 1 },
  ),
  fresh: fc.array(
    fc.record({
      routes,
      reads: fc.constant([routeId('get')]),
      maxAgeMs: windowMs,
      sameResource: fc.constant(new Map()),
    }),
    { maxLength: 1 },
  ),
  volume: fc.array(
    fc.record({
      routes,
      limit: fc.constantFrom(
        { kind: 'baseline' as const, max: 3, words: 'three' },
        { kind: 'share' as const, share: 500_000, of: new Set([routeId('get')]), free: 1 },
      ),
      per: fc.constantFrom({ kind: 'rolling' as const, ms: 30_000 }, { kind: 'day' as const, timeZone: 'UTC' }),
      onTrip,
      expiresMs: fc.constant(60_000),
    }),
    { maxLength: 1 },
  ),
}) as unknown as Arbitrary<Partial<AgentRules>>;

/** Policies of every kind of rule but those that wait for humans, and of what all agents share. */
export const policyOfMany: Arbitrary<Policy> = fc
  .record({
    base: policyWith({ collar: 2, once: 2, runaway: 1, rates: 2, budgets: 2, inflight: 1 }),
    more: fc.array(more, { minLength: 3, maxLength: 3 }),
    breakers: fc.array(
      fc.record({
        errors: fc.constant(200_000),
        withinMs: windowMs,
        minimum: fc.constant(2),
        openMs: fc.constant(10_000),
        probes: fc.constant(1),
      }),
      { maxLength: 1 },
    ),
  })
  .map(({ base, more: added, breakers }) => ({
    ...base,
    agents: new Map(
      [...base.agents].map(([id, agent], index) => {
        const named = Object.fromEntries(
          Object.entries(added[index] ?? {}).map(([kind, rules]) => [
            kind,
            (rules as object[]).map((rule, place) => ({ rule: ruleId(`${id}.${kind}[${place}]`), ...rule })),
          ]),
        );
        return [id, { ...agent, rules: { ...agent.rules, ...named } }];
      }),
    ),
    shared: {
      ...base.shared,
      breakers: breakers.map((rule) => ({
        ...rule,
        rule: ruleId('breaker'),
        routes: routeSet('refund', 'get') as ReadonlySet<never>,
        slow: undefined,
      })),
    },
  }));
