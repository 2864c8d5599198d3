import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { AmountFact, Stage, Truth } from '../../src/engine/call.ts';
import type { BudgetRule } from '../../src/engine/guards/budget.ts';
import type { CollarRule } from '../../src/engine/guards/collar.ts';
import { NO_AGENT_RULES, NO_SHARED_RULES, type AgentRules, type SharedRules } from '../../src/engine/guards/index.ts';
import type { InflightRule } from '../../src/engine/guards/inflight.ts';
import type { OnceRule } from '../../src/engine/guards/once.ts';
import type { RateRule } from '../../src/engine/guards/rate.ts';
import type { RunawayRule } from '../../src/engine/guards/runaway.ts';
import type { Agent, Allowance, Policy, RouteSet } from '../../src/engine/policy.ts';
import type { Money } from '../../src/std/money.ts';
import type { Step, Story } from './playbook.ts';
import { agent, policy, ROUTES, routeId, routeSet, ruleId } from './policies.ts';

const HOUR_MS = 3_600_000;
/** Short beside what a history lasts, so that limits fill and drain many times. */
const WINDOWS_MS = [1_000, 10_000, 60_000, HOUR_MS, 24 * HOUR_MS];
/** Zones whose days are odd: changes at midnight (Havana), quarter hours (Kathmandu), a day left out (Apia, 2011). */
export const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'Pacific/Apia'];
/** Midnights before a clock change, in those zones. */
const EVES = [
  '2026-03-08T05:00Z',
  '2026-11-01T04:00Z',
  '2026-03-28T23:00Z',
  '2026-10-24T22:00Z',
  '2026-06-14T18:15Z',
  '2011-12-30T10:00Z',
  '2021-04-03T10:00Z',
].map((text) => Date.parse(text));

const AGENTS = ['ada', 'bob', 'cyd'];
const NAMES = ROUTES.map(({ id }): string => id);

const upTo = <T>(maxLength: number | undefined, one: Arbitrary<T>): Arbitrary<T[]> =>
  fc.array(one, { maxLength: maxLength ?? 0, size: 'max' });
/** Mostly the first: limits are reached only by those who may go on. */
const mostly = <T>(usual: T, ...unusual: T[]): Arbitrary<T> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    ...unusual.map((one) => ({ weight: 1, arbitrary: fc.constant(one) })),
  );
const onTrip = mostly<'deny' | 'freeze' | 'kill'>('deny', 'freeze', 'kill');
const windowMs = fc.constantFrom(...WINDOWS_MS);
const routes: Arbitrary<RouteSet> = fc.oneof(
  fc.constant('all' as const),
  fc.subarray(NAMES, { minLength: 1 }).map((names) => routeSet(...names)),
);
const units = (min: number, max: number): Arbitrary<bigint> =>
  fc.integer({ min, max }).map((n) => BigInt(n) * 1_000_000n);
const usd = (micros: bigint): Money => ({ micros, currency: 'USD' });
/** The key stays away where there is no value: what a policy's compiler gives. */
const maybe = <T>(one: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(one, { nil: undefined });

/** A rule without its id, which its place in the policy gives it. */
type Unnamed<Rule> = Omit<Rule, 'rule'>;

const collar: Arbitrary<Unnamed<CollarRule>> = fc.record({
  routes,
  min: maybe(units(-5, 5).map(usd)),
  max: maybe(units(10, 40).map(usd)),
  currencies: maybe(fc.constantFrom(new Set(['USD']), new Set(['USD', 'EUR']))),
  itemsMax: maybe(fc.integer({ min: 1, max: 3 })),
});
const once: Arbitrary<Unnamed<OnceRule>> = fc.record({
  route: fc.constantFrom(...NAMES).map(routeId),
  withinMs: maybe(windowMs),
});
const runaway: Arbitrary<Unnamed<RunawayRule>> = fc.record({
  routes,
  same: fc.constantFrom('call' as const, 'subject' as const, 'route' as const),
  count: fc.integer({ min: 2, max: 6 }),
  withinMs: windowMs,
  onTrip,
});
const rate: Arbitrary<Unnamed<RateRule>> = fc.record({
  routes,
  max: fc.integer({ min: 1, max: 10 }),
  perMs: windowMs,
  onTrip,
});
const budget: Arbitrary<Unnamed<BudgetRule>> = fc.record({
  routes,
  max: units(5, 60).map(usd),
  per: fc.oneof(
    fc.constantFrom(...ZONES).map((timeZone) => ({ kind: 'day' as const, timeZone })),
    windowMs.map((ms) => ({ kind: 'rolling' as const, ms })),
  ),
  each: fc.constantFrom('agent' as const, 'task' as const, 'grant' as const),
  onTrip,
});
const inflight: Arbitrary<Unnamed<InflightRule>> = fc.record({ routes, max: fc.integer({ min: 1, max: 5 }) });

/** Names rules by their place, as a policy does: `ada.rates[0]`. */
function named<Rule>(owner: string, kind: string, rules: readonly Unnamed<Rule>[]): Rule[] {
  return rules.map((rule, index) => ({ ...rule, rule: ruleId(`${owner}.${kind}[${index}]`) }) as Rule);
}

interface UnnamedRules {
  readonly collar: Unnamed<CollarRule>[];
  readonly once: Unnamed<OnceRule>[];
  readonly runaway: Unnamed<RunawayRule>[];
  readonly rates: Unnamed<RateRule>[];
  readonly budgets: Unnamed<BudgetRule>[];
  readonly inflight: Unnamed<InflightRule>[];
}

function rulesOf(owner: string, rules: UnnamedRules): AgentRules {
  return {
    ...NO_AGENT_RULES,
    collar: named<CollarRule>(owner, 'collar', rules.collar),
    once: named<OnceRule>(owner, 'once', rules.once),
    runaway: named<RunawayRule>(owner, 'runaway', rules.runaway),
    rates: named<RateRule>(owner, 'rates', rules.rates),
    budgets: named<BudgetRule>(owner, 'budgets', rules.budgets),
    inflight: named<InflightRule>(owner, 'inflight', rules.inflight),
  };
}

/** Most agents may call most routes, some only on conditions. */
const allowed = fc.shuffledSubarray(
  [...NAMES, ...NAMES].map((route, index) => ({ route, conditional: index % NAMES.length > 2 })),
  { minLength: 6 },
);

/** How many rules of each kind an agent may have at most; kinds left out: none. */
export type RuleCounts = Partial<Record<keyof AgentRules, number>>;
const EVERY_KIND: RuleCounts = { collar: 1, once: 2, runaway: 1, rates: 2, budgets: 2, inflight: 1 };

/** Most agents are in production. */
const STAGES = mostly<Stage>('production', 'sandbox', 'staging', 'shadow', 'limited');

function anAgent(name: string, counts: RuleCounts, stage: Arbitrary<Stage>): Arbitrary<Agent> {
  const rules = fc.record({
    collar: upTo(counts.collar, collar),
    once: upTo(counts.once, once),
    runaway: upTo(counts.runaway, runaway),
    rates: upTo(counts.rates, rate),
    budgets: upTo(counts.budgets, budget),
    inflight: upTo(counts.inflight, inflight),
  });
  return fc.record({ rules, stage, allowed }).map(({ rules, stage, allowed }) => {
    const allow = allowed.map(({ route, conditional }, index): Allowance => ({
      rule: ruleId(`${name}.allow[${index}]`),
      route: routeId(route),
      when: conditional ? { source: 'body.ok', test: () => true } : undefined,
    }));
    return agent(name, rulesOf(name, rules), { stage, allow });
  });
}

/** Two or three agents, three to five routes, and rules with limits so small that a history meets them often. */
export function policyWith(counts: RuleCounts, stage: Arbitrary<Stage> = STAGES): Arbitrary<Policy> {
  const shared = fc.record({
    budgets: upTo(Math.min(1, counts.budgets ?? 0), budget),
    inflight: upTo(Math.min(1, counts.inflight ?? 0), inflight),
  });
  const parts = fc.record({
    agents: fc.tuple(...AGENTS.map((name) => anAgent(name, counts, stage))),
    agentCount: mostly(AGENTS.length, 2),
    routeCount: mostly(ROUTES.length, 3, 4),
    shared,
  });
  return parts.map(({ agents, agentCount, routeCount, shared }) => {
    const together: SharedRules = {
      ...NO_SHARED_RULES,
      budgets: named<BudgetRule>('shared', 'budgets', shared.budgets),
      inflight: named<InflightRule>('shared', 'inflight', shared.inflight),
    };
    return policy(agents.slice(0, agentCount), together, ROUTES.slice(0, routeCount));
  });
}

type FaultyAmount = Exclude<AmountFact, Money>;
const amount: Arbitrary<AmountFact> = fc.oneof(
  { weight: 20, arbitrary: units(1, 5).map(usd) },
  { weight: 5, arbitrary: units(5, 30).map(usd) },
  { weight: 2, arbitrary: units(-5, 61).map(usd) },
  { weight: 1, arbitrary: fc.bigInt({ min: -1n, max: 60_000_001n }).map(usd) },
  { weight: 1, arbitrary: units(1, 20).map((micros) => ({ micros, currency: 'EUR' })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<FaultyAmount[]>({ fault: 'missing' }, { fault: 'malformed' }, { fault: 'currency' }),
  },
);
const truth = mostly<Truth | undefined>(true, false, 'error', undefined);

const callStep: Arbitrary<Step> = fc.record({
  kind: fc.constant('call' as const),
  agent: fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...AGENTS) }, fc.constant('stranger')),
  route: fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...NAMES, 'refund', 'payout') }, fc.constant('nowhere')),
  subject: fc.oneof({ weight: 15, arbitrary: fc.constantFrom('charge:1', 'charge:2', 'charge:3') }, fc.constant(null)),
  amount,
  items: fc.constantFrom(1, 1, 2, 3, 4, null),
  fingerprint: fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5'),
  task: fc.constantFrom('t1', 't2'),
  session: fc.constantFrom('s1', 's2'),
  granted: mostly(true, false),
  truths: fc.array(truth, { minLength: 1, maxLength: 3 }),
});
const beside = fc.constantFrom(-1, 0, 0, 1);

const step: Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: callStep },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      nth: fc.nat(5),
      effectiveness: fc.constantFrom('effective' as const, 'ineffective' as const, 'unknown' as const),
      stray: mostly(false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 999, ...WINDOWS_MS, 23 * HOUR_MS, 25 * HOUR_MS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('edge' as const), nthLast: fc.nat(8), windowMs, beside }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('midnight' as const), timeZone: fc.constantFrom(...ZONES), beside }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('freeze' as const),
      agent: fc.constantFrom(...AGENTS),
      trip: fc.constantFrom('freeze' as const, 'kill' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resume' as const), agent: fc.constantFrom(...AGENTS) }) },
);

const someSteps: Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });

/** Starts near a midnight before a clock change, on either side of it. */
const startsAt: Arbitrary<number> = fc
  .tuple(fc.constantFrom(...EVES), fc.constantFrom(-2 * HOUR_MS, -10_000, -1, 0, 1, HOUR_MS))
  .map(([eve, offsetMs]) => eve + offsetMs);

/** A policy and what happened under it. */
export function aStory(counts: RuleCounts = EVERY_KIND, stage?: Arbitrary<Stage>): Arbitrary<Story> {
  return fc.record({ policy: policyWith(counts, stage), startsAt, steps: someSteps });
}
