import type { AgentRules, SharedRules } from '../../../engine/guards/index.ts';
import type { AgentId, RouteId, RuleId } from '../../../engine/ids.ts';
import type { Policy, RouteSet } from '../../../engine/policy.ts';

/** One rule of a policy, as far as a search cares: which calls it is asked about, and whether it can say no. */
export interface PolicyRule {
  readonly rule: RuleId;
  readonly guard: string;
  /** Whose calls; `all`: everybody's. */
  readonly agent: AgentId | 'all';
  readonly routes: RouteSet;
  /** `judges`: it passes or stops calls. `opens`: it only ever lets them through. `watches`: it stops the agent, and judges no call. */
  readonly does: 'judges' | 'opens' | 'watches';
  /** Crossing it stops the agent for good. */
  readonly trips: boolean;
}

const GUARD_OF_AGENT: Readonly<Record<keyof AgentRules, string>> = {
  collar: 'collar',
  once: 'once',
  runaway: 'runaway',
  rates: 'rate',
  budgets: 'budget',
  inflight: 'inflight',
  fresh: 'fresh',
  backoff: 'backoff',
  volume: 'volume',
  provenance: 'provenance',
  payment: 'payment',
  approval: 'approval',
  segment: 'segment',
  errorRate: 'error-rate',
  latency: 'latency',
  denials: 'denials',
};

const GUARD_OF_SHARED: Readonly<Record<keyof SharedRules, string>> = {
  budgets: 'budget',
  inflight: 'inflight',
  breakers: 'breaker',
  contracts: 'contract',
};

/** Guards that look at how calls end, and stop their agent by that. */
const WATCHING: ReadonlySet<string> = new Set(['error-rate', 'latency', 'denials']);

/** Every rule of a policy, in the order in which a person reads them. */
export function rulesOf({ agents, routes, shared }: Policy): readonly PolicyRule[] {
  const found: PolicyRule[] = [];
  for (const { id, allow, rules } of agents.values()) {
    for (const { rule, route, when } of allow) {
      const does = when === undefined ? 'opens' : 'judges';
      found.push({ rule, guard: 'scope', agent: id, routes: new Set([route]), does, trips: false });
    }
    for (const [kind, guard] of Object.entries(GUARD_OF_AGENT)) {
      for (const rule of rules[kind as keyof AgentRules]) found.push(ruleOf(rule, guard, id));
    }
  }
  for (const [kind, guard] of Object.entries(GUARD_OF_SHARED)) {
    for (const rule of shared[kind as keyof SharedRules]) found.push(ruleOf(rule, guard, 'all'));
  }
  for (const { id, precondition } of routes.values()) {
    if (precondition === undefined) continue;
    found.push(ruleOf({ rule: precondition.rule, route: id }, 'precondition', 'all'));
  }
  return found;
}

function ruleOf(
  rule: { readonly rule: RuleId } & ({ readonly routes: RouteSet } | { readonly route: RouteId }),
  guard: string,
  agent: AgentId | 'all',
): PolicyRule {
  const routes = 'routes' in rule ? rule.routes : new Set([rule.route]);
  const trips = 'onTrip' in rule && (rule.onTrip === 'freeze' || rule.onTrip === 'kill');
  return { rule: rule.rule, guard, agent, routes, does: WATCHING.has(guard) ? 'watches' : 'judges', trips };
}
