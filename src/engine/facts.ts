import type { AmountFact, Call, Parameter, Particulars, PreconditionFact, Truth } from './call.ts';
import type { ProvenanceRule } from './guards/provenance.ts';
import type { SegmentRule } from './guards/segment.ts';
import type { AgentId, RouteId, RuleId } from './ids.ts';
import { concerns, type Allowance, type Condition, type Policy, type Request, type Route } from './policy.ts';

/** What a decision needs to know of a request, read off it once. */
export type RequestFacts = Pick<Call, 'subject' | 'amount' | 'items' | 'conditions' | 'particulars'>;

/** Whose request it is, as far as facts depend on it. */
export interface Asker {
  readonly agent: AgentId;
  readonly task: string;
  /** Values that the grant declares for its task, by name: `payee` → `acct_1`. */
  readonly declared: Readonly<Record<string, readonly string[]>>;
}

/** The request as facts are read off it by which rules recognise things; each is the request itself unless some of it is personal data. */
export interface FactViews {
  readonly subject: Request;
  readonly segment: Request;
  readonly values: Request;
}

/** The rules that read something off the calls of one agent on one route. */
interface Readings {
  readonly provenance: readonly ProvenanceRule[];
  readonly segment: SegmentRule | undefined;
  readonly mayHold: boolean;
}

/** Reads a request's facts under a policy. Pure; every reader that fails gives a fact that denies. */
export class FactReader {
  readonly #policy: Policy;
  /** The allowances with a condition, by agent and route: most pairs have none. */
  readonly #conditional = new Map<AgentId, Map<RouteId, readonly Allowance[]>>();
  /** Found at a pair's first call. */
  readonly #readings = new Map<AgentId, Map<RouteId, Readings>>();

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

  read(request: Request, routeId: RouteId, asker: Asker, views?: FactViews): RequestFacts {
    const route = this.#policy.routes.get(routeId);
    if (route === undefined) return { subject: null, amount: null, items: null, conditions: NONE, particulars: null };
    return {
      subject: attempt(() => route.subject?.(views?.subject ?? request) ?? null, null),
      amount: readAmount(route, request),
      items: attempt(() => route.items?.(request) ?? null, null),
      conditions: this.#conditions(request, routeId, asker),
      particulars: this.#particulars(request, route, asker, views),
    };
  }

  /** Whether a human may have to approve such a call: only then is its envelope a fact. */
  mayHold(agent: AgentId, route: RouteId): boolean {
    return this.#readingsOf(agent, route).mayHold;
  }

  /** `null` wherever no rule asks: it must cost the other calls nothing. */
  #particulars(request: Request, route: Route, asker: Asker, views: FactViews | undefined): Particulars | null {
    const { provenance, segment } = this.#readingsOf(asker.agent, route.id);
    const key = segment?.key === 'subject' ? undefined : segment?.key;
    const { shape, payment, precondition } = route;
    const paid = payment === undefined ? null : attempt(() => payment(request), UNDECODABLE);
    const asked = shape ?? paid ?? precondition ?? key ?? provenance[0];
    if (asked === undefined) return null;
    return {
      shape: shape === undefined ? FITS : faultsOf(shape, request),
      parameters: readParameters(provenance, views?.values ?? request, asker.declared),
      segment: key === undefined ? null : segmentOf(key, views?.segment ?? request),
      precondition: precondition === undefined ? null : UNREAD,
      payment: paid,
    };
  }

  #readingsOf(agent: AgentId, route: RouteId): Readings {
    let routes = this.#readings.get(agent);
    if (routes === undefined) this.#readings.set(agent, (routes = new Map()));
    let readings = routes.get(route);
    if (readings === undefined) {
      const rules = this.#policy.agents.get(agent)?.rules;
      readings = {
        provenance: rules?.provenance.filter((rule) => concerns(rule.routes, route)) ?? [],
        segment: rules?.segment.find((rule) => concerns(rule.routes, route)),
        mayHold: [rules?.approval, rules?.provenance, rules?.volume].some((kind) =>
          kind?.some((rule) => concerns(rule.routes, route)),
        ),
      };
      routes.set(route, readings);
    }
    return readings;
  }

  #conditions(request: Request, route: RouteId, { agent, task }: Asker): Call['conditions'] {
    const allowances = this.#conditional.get(agent)?.get(route);
    if (allowances === undefined) return NONE;
    const truths: Record<RuleId, Truth> = {};
    for (const { rule, when } of allowances) truths[rule] = evaluate(when as Condition, request, agent, task);
    return truths;
  }
}

const NONE: Call['conditions'] = {};
const UNREADABLE: AmountFact = { fault: 'malformed' };
const FITS: readonly string[] = [];
const UNCHECKABLE = ['the request could not be held against its OpenAPI operation'] as const;
const UNREAD: PreconditionFact = { kind: 'unread' };
const UNDECODABLE = { fault: 'the payment header could not be read' } as const;
const NO_PARAMETERS: Particulars['parameters'] = {};

/** What a record tells of one fault: a name that an agent made up may be as long as its body. */
const FAULT_SHOWN = 200;
const SEGMENT_LENGTH_MAX = 256;

function faultsOf(shape: NonNullable<Route['shape']>, request: Request): readonly string[] {
  const faults = attempt(() => shape(request), UNCHECKABLE);
  return faults.length === 0 ? FITS : faults.map((fault) => fault.slice(0, FAULT_SHOWN));
}

function segmentOf(key: (request: Request) => string | null, request: Request): string | null {
  const segment = attempt(() => key(request), null);
  return segment !== null && segment.length > SEGMENT_LENGTH_MAX ? null : segment;
}

function readParameters(
  rules: readonly ProvenanceRule[],
  request: Request,
  declared: Asker['declared'],
): Particulars['parameters'] {
  if (rules.length === 0) return NO_PARAMETERS;
  const parameters: Record<RuleId, Parameter> = {};
  for (const { rule, read, tasks } of rules) {
    const value = attempt(() => read(request), null);
    const known = tasks.flatMap((task) => (Object.hasOwn(declared, task) ? (declared[task] ?? []) : []));
    parameters[rule] = { value, declared: value !== null && known.includes(value) };
  }
  return parameters;
}

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
