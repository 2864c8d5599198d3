import type { Json } from '../std/canonical-json.ts';
import type { AmountFact, Effect, Stage } from './call.ts';
import type { AgentRules, SharedRules } from './guards/index.ts';
import type { AgentId, RouteId, RuleId, UpstreamId } from './ids.ts';

/** The normal form of a request: the one reading that is judged, journalled and sent. */
export interface Request {
  readonly method: string;
  /** The decoded parameters of the route's path template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, Json>>;
  /** The parsed body; `undefined` where there is none. Form values are strings. */
  readonly body: Json | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A `when`: whether one rule applies to a request. May throw or answer no boolean; both count as an error. */
export interface Condition {
  /** As written in the policy. */
  readonly source: string;
  readonly test: (request: Request, context: ConditionContext) => unknown;
}

export interface ConditionContext {
  readonly agent: AgentId;
  readonly task: string;
}

/** One catalogued operation of an upstream. */
export interface Route {
  readonly id: RouteId;
  readonly upstream: UpstreamId;
  readonly method: string;
  /** `/v1/charges/{id}` */
  readonly template: string;
  readonly effect: Effect;
  readonly pii: boolean;
  /** Reads the subject off a request; `null` where the request lacks it. `undefined`: the route names none. */
  readonly subject: ((request: Request) => string | null) | undefined;
  /** Reads the amount off a request. `undefined`: the route moves no money. */
  readonly amount: ((request: Request) => AmountFact) | undefined;
  /** Counts the items of a bulk call; `null` where they cannot be counted. */
  readonly items: ((request: Request) => number | null) | undefined;
}

/** One `allow:` entry. */
export interface Allowance {
  readonly rule: RuleId;
  readonly route: RouteId;
  readonly when: Condition | undefined;
}

export interface Agent {
  readonly id: AgentId;
  readonly stage: Stage;
  readonly allow: readonly Allowance[];
  readonly rules: AgentRules;
}

/** Which routes a rule concerns. */
export type RouteSet = 'all' | ReadonlySet<RouteId>;

export function concerns(routes: RouteSet, route: RouteId): boolean {
  return routes === 'all' || routes.has(route);
}

/** A compiled policy: what the engine enforces. Made by `src/policy`. */
export interface Policy {
  /** SHA-256 (hex) of the policy file's canonical content. */
  readonly digest: string;
  readonly routes: ReadonlyMap<RouteId, Route>;
  readonly agents: ReadonlyMap<AgentId, Agent>;
  readonly shared: SharedRules;
}
