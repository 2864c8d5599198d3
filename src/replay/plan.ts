import { canonicalJson, type Json } from '../std/canonical-json.ts';
import { minorDigits } from '../std/money.ts';
import type { Truth } from '../engine/call.ts';
import type { AgentId, RouteId, RuleId } from '../engine/ids.ts';
import { concerns, type Allowance, type Condition } from '../engine/policy.ts';
import { namedFacts, type LoadedPolicy } from '../policy/index.ts';

/** How a candidate's condition on a call is known. */
export type ConditionPlan =
  /** The recorded policy asked the same; this was its rule. */
  | { readonly kind: 'recorded'; readonly rule: RuleId; readonly was: RuleId }
  /** It asks for nothing but the amount in minor units, the method, the agent and the task. */
  | {
      readonly kind: 'columns';
      readonly rule: RuleId;
      readonly when: Condition;
      readonly amount: readonly string[] | null;
      /** It depends on no other column: not on the task. */
      readonly isOfAmountAlone: boolean;
    }
  | { readonly kind: 'request'; readonly rule: RuleId };

/** How a candidate's facts of the calls of one agent on one route are known, of calls recorded under one policy. */
export interface Plan {
  readonly conditions: readonly ConditionPlan[];
  /** Which recorded facts are the candidate's too: its route reads them in the same way. */
  readonly keeps: {
    readonly subject: boolean;
    readonly amount: boolean;
    readonly items: boolean;
    readonly shape: boolean;
  };
  /** Of a candidate's provenance rule: the recorded one that read the same field. */
  readonly parameters: ReadonlyMap<RuleId, RuleId | null>;
  readonly keepsSegment: boolean;
  /** `same`: what was read for the recorded one answers it. */
  readonly precondition: 'none' | 'same' | 'other';
  readonly keepsPayment: boolean;
  /** Whether nothing but conditions may be another, and those stand in the columns. */
  readonly isColumnar: boolean;
  /** Why the request has to be read; none: the columns suffice. */
  readonly reads: readonly string[];
  /** What of answers the candidate's rules ask for and the recorded policy's did not. */
  readonly unheard: readonly string[];
}

/** Compares a candidate with one recorded policy, agent by agent and route by route. */
export class Comparison {
  readonly #was: LoadedPolicy;
  readonly #is: LoadedPolicy;
  readonly #plans = new Map<string, Plan>();
  readonly #sameRouting = new Map<string, boolean>();

  constructor(was: LoadedPolicy, is: LoadedPolicy) {
    this.#was = was;
    this.#is = is;
  }

  /** Whether every request to the upstream means the same route to both. */
  routesAlike(upstream: string): boolean {
    let same = this.#sameRouting.get(upstream);
    if (same === undefined) {
      same = routing(this.#was, upstream) === routing(this.#is, upstream);
      this.#sameRouting.set(upstream, same);
    }
    return same;
  }

  /** @param from the route that was recorded @param to the candidate's */
  plan(agent: AgentId, from: RouteId, to: RouteId): Plan {
    const key = `${agent}\n${from}\n${to}`;
    let plan = this.#plans.get(key);
    if (plan === undefined) this.#plans.set(key, (plan = this.#compare(agent, from, to)));
    return plan;
  }

  #compare(agent: AgentId, from: RouteId, to: RouteId): Plan {
    const [was, is] = [routeJson(this.#was, from), routeJson(this.#is, to)];
    const keeps = {
      subject: same(was['subject'], is['subject']) && sameParams(was, is),
      amount: same(was['amount'], is['amount']),
      items: same(was['items'], is['items']),
      shape: this.#sameShape(from, to, was, is),
    };
    const conditions = this.#conditions(agent, from, to, was, is);
    const parameters = this.#parameters(agent, from, to);
    const keepsSegment = same(agentJson(this.#was, agent)['segment'], agentJson(this.#is, agent)['segment']);
    // Payments are decoded in one way, wherever a route is known at all.
    const keepsPayment = this.#was.policy.routes.get(from)?.payment !== undefined;
    const route = this.#is.policy.routes.get(to);
    const asksSegment = this.#is.policy.agents.get(agent)?.rules.segment.find(({ routes }) => concerns(routes, to));
    const reads = [
      ...(keeps.subject ? [] : [`subject of ${to}`]),
      ...(keeps.amount ? [] : [`amount of ${to}`]),
      ...(keeps.items ? [] : [`items of ${to}`]),
      ...(keeps.shape || route?.shape === undefined ? [] : [`shape of ${to}`]),
      ...conditions.flatMap(({ kind, rule }) => (kind === 'request' ? [rule] : [])),
      ...[...parameters].flatMap(([rule, known]) => (known === null ? [rule] : [])),
      ...(keepsSegment || asksSegment === undefined || asksSegment.key === 'subject' ? [] : [asksSegment.rule]),
    ];
    const precondition =
      is['precondition'] === undefined ? 'none' : same(was['precondition'], is['precondition']) ? 'same' : 'other';
    const unheard = this.#unheard(agent, to);
    const asksMore = precondition !== 'none' || parameters.size > 0 || (!keepsPayment && route?.payment !== undefined);
    return {
      isColumnar: reads.length === 0 && unheard.length === 0 && !asksMore,
      conditions,
      keeps,
      parameters,
      keepsSegment,
      keepsPayment,
      precondition,
      reads,
      unheard,
    };
  }

  #conditions(agent: AgentId, from: RouteId, to: RouteId, was: Members, is: Members): readonly ConditionPlan[] {
    const minor = minorField(is);
    const sameInteger = minorField(was) === minor;
    const before = conditional(this.#was, agent, from);
    return conditional(this.#is, agent, to).map(({ rule, when }): ConditionPlan => {
      const known =
        sameParams(was, is) && sameInteger ? before.find((one) => one.when.source === when.source) : undefined;
      if (known !== undefined) return { kind: 'recorded', rule, was: known.rule };
      const names = namedFacts(when.source);
      const amount = minor?.startsWith('body.') === true && same(was['amount'], is['amount']) ? minor : null;
      const isKnown = (name: string): boolean => !name.includes('.') || name === amount;
      if (names === undefined || ![...names].every(isKnown)) return { kind: 'request', rule };
      const asksAmount = amount !== null && names.has(amount);
      const isOfAmountAlone = asksAmount && !names.has('task');
      return { kind: 'columns', rule, when, amount: asksAmount ? amount.split('.').slice(1) : null, isOfAmountAlone };
    });
  }

  #parameters(agent: AgentId, from: RouteId, to: RouteId): ReadonlyMap<RuleId, RuleId | null> {
    const its = (policy: LoadedPolicy, route: RouteId) =>
      policy.policy.agents.get(agent)?.rules.provenance.filter(({ routes }) => concerns(routes, route)) ?? [];
    const before = its(this.#was, from);
    return new Map(
      its(this.#is, to).map(({ rule, field, tasks }) => [
        rule,
        before.find((one) => one.field === field && same([...one.tasks], [...tasks]))?.rule ?? null,
      ]),
    );
  }

  #sameShape(from: RouteId, to: RouteId, was: Members, is: Members): boolean {
    if (!same(was['match'], is['match']) || !same(was['shape'], is['shape']) || from !== to) return false;
    const document = (policy: LoadedPolicy, upstream: Json | undefined): string | undefined => {
      const path = policy.upstreams.get(upstream as never)?.openapi;
      return path === undefined ? undefined : policy.documents[path];
    };
    return document(this.#was, was['upstream']) === document(this.#is, is['upstream']);
  }

  /** Sources that provenance rules on this route trust, and whose answers nobody looked into for them. */
  #unheard(agent: AgentId, to: RouteId): readonly string[] {
    const rules = this.#is.policy.agents.get(agent)?.rules.provenance ?? [];
    const heard = new Set([...this.#was.policy.routes.values()].flatMap(({ sources }) => [...sources.keys()]));
    return rules
      .filter(({ routes, sources }) => concerns(routes, to) && sources.some((source) => !heard.has(source)))
      .map(({ rule }) => rule);
  }
}

/** A condition that its columns answer: on the amount in minor units, as the request stated it. */
export function truthFromColumns(
  { when, amount }: Extract<ConditionPlan, { kind: 'columns' }>,
  method: string,
  context: { readonly agent: AgentId; readonly task: string },
  money: { readonly micros: number; readonly currency: string } | undefined,
): Truth | undefined {
  let body: Json = {};
  if (amount !== null) {
    if (money === undefined) return undefined;
    const minor = money.micros / 10 ** (6 - minorDigits(money.currency));
    if (!Number.isSafeInteger(minor)) return undefined;
    body = amount.reduceRight<Json>((inner, step) => ({ [step]: inner }), minor);
  }
  try {
    const truth = when.test({ method, params: {}, query: {}, body, headers: {} }, context);
    return typeof truth === 'boolean' ? truth : 'error';
  } catch {
    return 'error';
  }
}

type Members = Readonly<Record<string, Json | undefined>>;

function conditional({ policy }: LoadedPolicy, agent: AgentId, route: RouteId) {
  const allow = policy.agents.get(agent)?.allow ?? [];
  return allow.filter(
    (one): one is Allowance & { readonly when: Condition } => one.route === route && one.when !== undefined,
  );
}

function routeJson({ plain }: LoadedPolicy, route: RouteId): Members {
  return membersOf(membersOf(membersOf(plain)['routes'])[route]);
}

function agentJson({ plain }: LoadedPolicy, agent: AgentId): Members {
  return membersOf(membersOf(membersOf(plain)['agents'])[agent]);
}

function membersOf(json: Json | undefined): Members {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Members) : {};
}

function minorField(route: Members): string | undefined {
  const minor = membersOf(route['amount'])['minor'];
  return typeof minor === 'string' ? minor : undefined;
}

/** Parameters of the path by their names: what a subject or a condition may name. */
function sameParams(was: Members, is: Members): boolean {
  const params = (route: Members): string => {
    const match = route['match'];
    return typeof match === 'string' ? (match.match(/\{[^}]*\}/g) ?? []).join() : '';
  };
  return params(was) === params(is);
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

/** Every route of an upstream by name and match, in one text. */
function routing({ policy }: LoadedPolicy, upstream: string): string {
  const routes = [...policy.routes.values()].filter((route) => route.upstream === upstream);
  return canonicalJson(routes.map(({ id, method, template }) => `${id} ${method} ${template}`).toSorted());
}
