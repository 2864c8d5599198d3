import type { Currency } from '../../std/money.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import type { Selector } from '../rules/selector.ts';
import { nearest, type Path } from '../problem.ts';
import { selects } from '../selector.ts';

/** One `allow:` entry, in its long form, and where it stands. */
export interface Allowed {
  readonly route: string;
  readonly when: string | undefined;
  readonly path: Path;
  /** Where its route's name stands. */
  readonly routePath: Path;
}

export function allowances(id: string, agent: AgentFile): readonly Allowed[] {
  return agent.allow.map((entry, index) => {
    const path: Path = ['agents', id, 'allow', index];
    return typeof entry === 'string'
      ? { route: entry, when: undefined, path, routePath: path }
      : { route: entry.route, when: entry.when, path, routePath: [...path, 'route'] };
  });
}

/**
 * The routes that an agent may call. A misspelt name stands for the route it most likely means, so that one typing
 * error is one error and not three.
 */
export function allowedRoutes(policy: PolicyFile, agent: AgentFile): ReadonlyMap<string, RouteFile> {
  const names = agent.allow.map((entry) => (typeof entry === 'string' ? entry : entry.route));
  return new Map(
    names.flatMap((name): [string, RouteFile][] => {
      const id = Object.hasOwn(policy.routes, name) ? name : nearest(name, Object.keys(policy.routes));
      const route = id === undefined ? undefined : policy.routes[id];
      return id === undefined || route === undefined ? [] : [[id, route]];
    }),
  );
}

/** A rule that says which routes it concerns, and where it stands. */
export interface Placed<Rule extends Selector = Selector> {
  readonly rule: Rule;
  readonly path: Path;
}

function placed<Rule extends Selector>(rules: readonly Rule[], base: Path): readonly Placed<Rule>[] {
  return rules.map((rule, index) => ({ rule, path: [...base, index] }));
}

/** An agent's rules by kind, each with its place. */
export function rulesOf(id: string, agent: AgentFile) {
  const at = (key: string): Path => ['agents', id, key];
  const inflight = typeof agent.inflight === 'object' ? agent.inflight : [];
  return {
    collar: placed(agent.collar, at('collar')),
    rates: placed(agent.rates, at('rates')),
    budgets: placed(agent.budgets, at('budgets')),
    once: placed(agent.once, at('once')),
    fresh: placed(agent.fresh, at('fresh')),
    backoff: placed(agent.backoff, at('backoff')),
    inflight: placed(inflight, at('inflight')),
    volume: placed(agent.volume, at('volume')),
    triggers: placed(agent.triggers, at('triggers')),
    approval: placed(agent.approval, at('approval')),
    provenance: placed(agent.provenance, at('provenance')),
    segment: placed(agent.segment, at('segment')),
    payment: placed(agent.payment, at('payment')),
  };
}

export function sharedBudgets(policy: PolicyFile) {
  return placed(policy.budgets, ['budgets']);
}

/** The routes among some that a rule concerns. */
export function concerned(rule: Selector, routes: ReadonlyMap<string, RouteFile>): readonly [string, RouteFile][] {
  return [...routes].filter(([id, route]) => selects(rule, id, route.effect));
}

/** Currency codes as they are compared: in capitals. */
export function codes(currencies: readonly string[]): ReadonlySet<Currency> {
  return new Set(currencies.map((code) => code.toUpperCase()));
}
