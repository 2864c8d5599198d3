import type { AgentId, RouteId } from '../../engine/ids.ts';
import { concerns, type RouteSet } from '../../engine/policy.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Money } from '../../std/money.ts';

/** A threshold in money that the policy sets for the agent. */
export interface Limit {
  readonly kind: 'smallest' | 'largest' | 'approval' | 'budget';
  readonly guard: 'collar' | 'approval' | 'budget';
  readonly rule: string;
  readonly routes: readonly RouteId[];
  readonly money: Money;
  /** Only of a budget: `day`, or so many milliseconds. */
  readonly per?: 'day' | number;
  /** Only of a budget: whose money it counts together. */
  readonly each?: 'agent' | 'task' | 'grant' | 'everybody';
}

/** What the agent may use: every route that its `allow` names, in the policy's order. */
export function allowedRoutes({ policy }: LoadedPolicy, agent: AgentId): readonly RouteId[] {
  return [...new Set((policy.agents.get(agent)?.allow ?? []).map(({ route }) => route))];
}

/** Every limit on the agent's money, in the guards' order. */
export function limitsOf(loaded: LoadedPolicy, agent: AgentId): readonly Limit[] {
  const { policy } = loaded;
  const rules = policy.agents.get(agent)?.rules;
  if (rules === undefined) return [];
  const allowed = allowedRoutes(loaded, agent);
  const routesOf = (set: RouteSet): readonly RouteId[] =>
    allowed.filter((route) => concerns(set, route) && policy.routes.get(route)?.effect === 'money');
  const collar = rules.collar.flatMap(({ rule, routes, min, max }): Limit[] => [
    ...(min === undefined
      ? []
      : [{ kind: 'smallest' as const, guard: 'collar' as const, rule, routes: routesOf(routes), money: min }]),
    ...(max === undefined
      ? []
      : [{ kind: 'largest' as const, guard: 'collar' as const, rule, routes: routesOf(routes), money: max }]),
  ]);
  const approval = rules.approval.flatMap(({ rule, routes, above }): Limit[] =>
    above === undefined ? [] : [{ kind: 'approval', guard: 'approval', rule, routes: routesOf(routes), money: above }],
  );
  const own = rules.budgets.map((budget) => ({ ...budget, each: budget.each as NonNullable<Limit['each']> }));
  const shared = policy.shared.budgets.map((budget) => ({ ...budget, each: 'everybody' as const }));
  const budgets = [...own, ...shared].map(({ rule, routes, max, per, each }): Limit => {
    const length = per.kind === 'day' ? ('day' as const) : per.ms;
    return { kind: 'budget', guard: 'budget', rule, routes: routesOf(routes), money: max, per: length, each };
  });
  return [...collar, ...approval, ...budgets].filter(({ routes }) => routes.length > 0);
}

/** The one zone in which the agent's days begin, where its budgets agree on one. */
export function budgetTimeZone(loaded: LoadedPolicy, agent: AgentId): string | undefined {
  const rules = [...(loaded.policy.agents.get(agent)?.rules.budgets ?? []), ...loaded.policy.shared.budgets];
  const zones = new Set(rules.flatMap(({ per }) => (per.kind === 'day' ? [per.timeZone] : [])));
  const [zone] = zones;
  return zones.size === 1 ? zone : undefined;
}
