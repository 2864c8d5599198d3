import { isWrite } from '../engine/call.ts';
import type { AgentRules } from '../engine/guards/index.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';
import { concerns, type Agent, type Policy, type RouteSet } from '../engine/policy.ts';

/**
 * What a rule's word on one call may depend on beside the call itself.
 * - `nothing`: on nothing
 * - `agent`: on what the same agent's other sessions did
 * - `route`: on what any agent did on the same routes
 * - `writes`: on what any agent wrote
 */
type Reach = 'nothing' | 'agent' | 'route' | 'writes';

/** A new kind of rule has no entry here, and does not compile until somebody has thought about it. */
const REACH: Readonly<Record<keyof AgentRules, Reach>> = {
  collar: 'nothing',
  segment: 'nothing',
  runaway: 'agent',
  rates: 'agent',
  budgets: 'agent',
  inflight: 'agent',
  backoff: 'agent',
  volume: 'agent',
  provenance: 'agent',
  payment: 'agent',
  // What humans said of the same bytes.
  approval: 'agent',
  // They judge no call, but their alarms freeze the agent.
  errorRate: 'agent',
  latency: 'agent',
  denials: 'agent',
  once: 'route',
  fresh: 'writes',
};

/** Rules whose thresholds may freeze their agent, whatever they say of `onTrip`. */
const ALARMS = ['errorRate', 'latency', 'denials'] as const satisfies readonly (keyof AgentRules)[];

/**
 * Which calls may be judged otherwise once a session of some agent has left the recording: nobody knows what it does from
 * there on, so everything that its agent could move counts as moved.
 */
export class Reaching {
  readonly #policy: Policy;
  /** Agents of which some session has left the recording. */
  readonly #left = new Set<string>();
  /** The routes that those may be let onto. */
  readonly #routes = new Set<RouteId>();
  #writes = false;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Whether a session of this agent has left already. */
  has(agent: string): boolean {
    return this.#left.has(agent);
  }

  get any(): boolean {
    return this.#left.size > 0;
  }

  /** Whether one of those that left may have written. */
  get writes(): boolean {
    return this.#writes;
  }

  /** @param wrote whether the agent wrote in the recording: what it would not write any more is missing from the world, too */
  leave(agent: string, wrote: boolean): void {
    this.#left.add(agent);
    this.#writes ||= wrote;
    for (const { route } of this.#policy.agents.get(agent as AgentId)?.allow ?? []) {
      this.#routes.add(route);
      this.#writes ||= isWrite(this.#policy.routes.get(route)?.effect ?? 'write');
    }
  }

  /** Whether what they may have done can matter to a call of another session. Answers change only with `leave`. */
  concerns(agent: string, route: RouteId): boolean {
    if (this.#left.size === 0) return false;
    const its = this.#policy.agents.get(agent as AgentId);
    if (its === undefined) return false;
    if (this.#sharedConcern(route)) return true;
    if (its.rules.fresh.some((rule) => concerns(rule.routes, route)) && this.#writes) return true;
    if (its.rules.once.some((rule) => rule.route === route) && this.#routes.has(route)) return true;
    return this.#left.has(agent) && (mayFreeze(its, this.#policy) || hasOwn(its, route));
  }

  /** The rules of all agents together. */
  #sharedConcern(route: RouteId): boolean {
    const { budgets, inflight, breakers, contracts } = this.#policy.shared;
    const sets = [...budgets, ...inflight, ...breakers, ...contracts].map(({ routes }) => routes);
    return sets.some((routes) => concerns(routes, route) && this.#meets(routes));
  }

  #meets(routes: RouteSet): boolean {
    return routes === 'all' ? this.#routes.size > 0 : [...this.#routes].some((route) => routes.has(route));
  }
}

/** Rules of the agent's own that count over its sessions, and concern the route. */
function hasOwn({ rules }: Agent, route: RouteId): boolean {
  return (Object.keys(rules) as (keyof AgentRules)[]).some((kind) => {
    if (REACH[kind] !== 'agent') return false;
    return rules[kind].some((rule) => !('routes' in rule) || concerns(rule.routes, route));
  });
}

function mayFreeze({ rules }: Agent, { shared }: Policy): boolean {
  if (ALARMS.some((kind) => rules[kind].length > 0)) return true;
  const tripping = [...rules.runaway, ...rules.rates, ...rules.budgets, ...rules.backoff, ...rules.volume];
  return [...tripping, ...shared.budgets, ...shared.contracts].some(
    ({ onTrip }) => onTrip === 'freeze' || onTrip === 'kill',
  );
}
