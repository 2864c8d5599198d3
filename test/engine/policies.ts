import type { Call, Effect } from '../../src/engine/call.ts';
import { NO_AGENT_RULES, NO_SHARED_RULES, type AgentRules, type SharedRules } from '../../src/engine/guards/index.ts';
import type { AgentId, CallId, GrantId, RouteId, RuleId, UpstreamId } from '../../src/engine/ids.ts';
import type { Agent, Allowance, Policy, Route, RouteSet } from '../../src/engine/policy.ts';
import { assert } from '../../src/std/assert.ts';
import { parseMoney, type Money } from '../../src/std/money.ts';

export const agentId = (name: string): AgentId => name as AgentId;
export const routeId = (name: string): RouteId => name as RouteId;
export const ruleId = (name: string): RuleId => name as RuleId;
export const routeSet = (...names: string[]): RouteSet => new Set(names.map(routeId));

/** `usd('12.50')`; a test that misspells an amount fails at once. */
export function money(text: string): Money {
  const parsed = parseMoney(text);
  assert(parsed !== undefined, `money reads like "5 USD", not "${text}"`);
  return parsed;
}

/** A route as tests need it: what it does, whether it moves money, whether it carries many items. */
export function route(name: string, effect: Effect, kind: { readonly bulk?: boolean } = {}): Route {
  return {
    id: routeId(name),
    upstream: 'shop' as UpstreamId,
    method: effect === 'read' ? 'GET' : 'POST',
    template: `/${name}`,
    effect,
    pii: false,
    subject: undefined,
    amount: effect === 'money' ? () => ({ fault: 'missing' }) : undefined,
    items: kind.bulk === true ? () => null : undefined,
    shape: undefined,
    contract: undefined,
    payment: undefined,
    precondition: undefined,
    sources: new Map(),
  };
}

/** The routes that most engine tests use: one of every effect, two that move money, one that is bulk. */
export const ROUTES: readonly Route[] = [
  route('get', 'read'),
  route('refund', 'money'),
  route('payout', 'money'),
  route('import', 'write', { bulk: true }),
  route('erase', 'destructive'),
];

export function allow(agent: string, ...names: string[]): Allowance[] {
  return names.map((name, index) => ({
    rule: ruleId(`${agent}.allow[${index}]`),
    route: routeId(name),
    when: undefined,
  }));
}

/** An agent in production that may call every route of {@link ROUTES}, unless told otherwise. */
export function agent(name: string, rules: Partial<AgentRules> = {}, more: Partial<Agent> = {}): Agent {
  const id = agentId(name);
  const every = allow(name, ...ROUTES.map(({ id }) => id));
  return { id, stage: 'production', allow: every, ...more, rules: { ...NO_AGENT_RULES, ...rules } };
}

export function policy(
  agents: readonly Agent[],
  shared: Partial<SharedRules> = {},
  routes: readonly Route[] = ROUTES,
): Policy {
  return {
    digest: '0'.repeat(64),
    routes: new Map(routes.map((one) => [one.id, one])),
    agents: new Map(agents.map((one) => [one.id, one])),
    shared: { ...NO_SHARED_RULES, ...shared },
  };
}

/** A refund of 1 USD by `bot` at time 0; every test says only what matters to it. */
export function call(id: string, more: Omit<Partial<Call>, 'id' | 'agent' | 'route'> & Named = {}): Call {
  return {
    at: 0,
    grant: 'grant_1' as GrantId,
    task: 'task_1',
    session: 'session_1',
    effect: 'money',
    subject: 'charge:1',
    amount: money('1 USD'),
    items: null,
    fingerprint: id,
    granted: true,
    conditions: {},
    particulars: null,
    ...more,
    id: id as CallId,
    agent: agentId(more.agent ?? 'bot'),
    route: routeId(more.route ?? 'refund'),
  };
}

interface Named {
  readonly agent?: string;
  readonly route?: string;
}
