import type { AmountFact, Call, Truth } from './call.ts';
import type { AgentId, RouteId, RuleId } from './ids.ts';
import type { Allowance, Condition, Policy, Request, Route } from './policy.ts';

/** What a decision needs to know of a request, read off it once. */
export type RequestFacts = Pick<Call, 'subject' | 'amount' | 'items' | 'conditions'>;

/** Reads a request's facts under a policy. Pure; every reader that fails gives a fact that denies. */
export class FactReader {
  readonly #policy: Policy;
  /** The allowances with a condition, by agent and route: most pairs have none. */
  readonly #conditional = new Map<AgentId, Map<RouteId, readonly Allowance[]>>();

  constructor(policy: Policy) {
    this.#policy = policy;
    for (const agent of policy.agents.values()) {
      const conditional = agent.allow.filter(({ when }) => when !== undefined);
      if (conditional.length > 0)
        this.#conditional.set(
          agent.id,
          Map.groupBy(conditional, ({ route }) => route),
        );
    }
  }

  read(request: Request, routeId: RouteId, agent: AgentId, task: string): RequestFacts {
    const route = this.#policy.routes.get(routeId);
    if (route === undefined) return { subject: null, amount: null, items: null, conditions: NONE };
    return {
      subject: attempt(() => route.subject?.(request) ?? null, null),
      amount: readAmount(route, request),
      items: attempt(() => route.items?.(request) ?? null, null),
      conditions: this.#conditions(request, routeId, agent, task),
    };
  }

  #conditions(request: Request, route: RouteId, agent: AgentId, task: string): Call['conditions'] {
    const allowances = this.#conditional.get(agent)?.get(route);
    if (allowances === undefined) return NONE;
    const truths: Record<RuleId, Truth> = {};
    for (const { rule, when } of allowances) truths[rule] = evaluate(when as Condition, request, agent, task);
    return truths;
  }
}

const NONE: Call['conditions'] = {};
const UNREADABLE: AmountFact = { fault: 'malformed' };

function readAmount(route: Route, request: Request): AmountFact | null {
  const { amount } = route;
  return amount === undefined ? null : attempt(() => amount(request), UNREADABLE);
}

function evaluate(when: Condition, request: Request, agent: AgentId, task: string): Truth {
  const truth = attempt(() => when.test(request, { agent, task }), 'error');
  return typeof truth === 'boolean' ? truth : 'error';
}

function attempt<Value, Otherwise>(read: () => Value, otherwise: Otherwise): Value | Otherwise {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
