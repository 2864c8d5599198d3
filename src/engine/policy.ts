import type { Json } from '../std/canonical-json.ts';
import type { AmountFact, Effect, PaymentFact, Stage } from './call.ts';
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
  /** Reads the amount off a request; `null` where it carries no payment. `undefined`: the route moves no money. */
  readonly amount: ((request: Request) => AmountFact | null) | undefined;
  /** Counts the items of a bulk call; `null` where they cannot be counted. */
  readonly items: ((request: Request) => number | null) | undefined;
  /** Where a request departs from the OpenAPI operation; empty: nowhere. `undefined`: the policy checks none. */
  readonly shape: ((request: Request) => readonly string[]) | undefined;
  /** Where an answer departs from the OpenAPI response; empty: nowhere; `null`: nothing there can be checked. */
  readonly contract: ((answer: Answer) => readonly string[] | null) | undefined;
  /** The payment a request carries; `null`: none. `undefined`: the policy looks for none. */
  readonly payment: ((request: Request) => PaymentFact | null) | undefined;
  readonly precondition: Precondition | undefined;
  /**
   * Why the answer to a captured write cannot be made honestly; absent: it can be, the route is a read, no agent is in
   * shadow, or the documents that tell are not at hand (a policy that was recorded in a journal). So what is decided by it
   * must stand in the call's facts.
   */
  readonly unanswerable?: { readonly reason: string; readonly detail: string; readonly hint: string };
  /** What of its answers later calls may rest on, by the name that provenance rules know it by. */
  readonly sources: ReadonlyMap<string, (body: Json) => readonly string[]>;
}

/** A whole answer of an upstream, as far as rules look at it. */
export interface Answer {
  readonly status: number;
  /** Without parameters, in lower case: `application/json`. */
  readonly contentType: string | null;
  /** `undefined` where it is no JSON, or too long to be looked at. */
  readonly body: Json | undefined;
}

/** What must hold of the world when a write is sent. */
export interface Precondition {
  readonly rule: RuleId;
  /** The route of the read that the door makes. */
  readonly route: RouteId;
  /** Path and query of that read, without the upstream's prefix; `null` where the request lacks what it is made of. */
  readonly target: (request: Request) => string | null;
  /** As written in the policy. */
  readonly source: string;
  /** Whether it holds of the answer. May throw or give no boolean; both count as an error, which denies. */
  readonly test: (request: Request, context: ConditionContext, answer: Answer) => unknown;
}

/** One `allow:` entry. */
export interface Allowance {
  readonly rule: RuleId;
  readonly route: RouteId;
  readonly when: Condition | undefined;
}

export interface Agent {
  readonly id: AgentId;
  /** The agent whose second set of books this is; absent: it is one of its own. */
  readonly of?: AgentId;
  /** The most it may be; where `base` is given, what it has been promoted to may be less. */
  readonly stage: Stage;
  /** Where it stands without any promotion. Absent: nobody asks for one, and it stands at `stage`. */
  readonly base?: Stage;
  readonly allow: readonly Allowance[];
  readonly rules: AgentRules;
  /** How many different people must resume it after a freeze; absent: one. */
  readonly resumePeople?: 1 | 2;
}

/** Whose writes are captured and never sent. In limited production a write is sent or refused: nothing there is made up. */
export function captures({ stage }: Agent): boolean {
  return stage === 'shadow';
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
