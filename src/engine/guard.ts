import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import type { Currency, Micros } from '../std/money.ts';
import type { Call } from './call.ts';
import type { Finding, Verdict } from './decision.ts';
import type { AnswerFacts, Effectiveness, Event } from './event.ts';
import type { AgentId, RouteId, RuleId } from './ids.ts';
import type { AgentRules } from './guards/index.ts';
import type { Standings } from './standings.ts';
import { captures, concerns, type Policy, type RouteSet } from './policy.ts';

/** One kind of rule. A guard is one file in `guards/` and one line in `guards/index.ts`. */
export interface Guard {
  readonly name: string;
  /** The HTTP status that answers its denials (RFC 9110, RFC 6585). */
  readonly status: number;
  /** The monitors that a policy needs: one per rule, or one for several rules that share a count. */
  install(policy: Policy, standings: Standings): readonly Installed[];
}

/** A monitor and the calls it concerns. The engine indexes these, so that a call meets only its own. */
export interface Installed {
  readonly monitor: Monitor;
  /** Whose calls it judges. */
  readonly agent: AgentId | 'all';
  readonly judges: (route: RouteId) => boolean;
  /** Routes whose calls move its state although it does not judge them. */
  readonly counts?: (route: RouteId) => boolean;
  /** Agents whose calls move its state and are judged by books of their own, which lie over it. */
  readonly except?: ReadonlySet<AgentId>;
  /** It hears of its agent's captured writes and of nothing else. */
  readonly hears?: 'captured';
}

/** Which book of a shared rule one is: the real one where absent, or one agent's, over the real one. */
export interface Over<Real> {
  readonly real: Real;
  readonly agent: AgentId;
}

/**
 * The books of a rule that all agents share: one of what really happened, and over it one for each agent whose writes are
 * captured, of what these would have added. Such an agent is judged by both together, as production would judge it; nobody
 * else's calls meet, or cost, what did not happen.
 */
export function books<M extends Monitor>(
  policy: Policy,
  judges: Installed['judges'],
  open: (over?: Over<M>) => M,
): Installed[] {
  const real = open();
  const except = new Set([...policy.agents.values()].filter(captures).map(({ id }) => id));
  return [
    { monitor: real, agent: 'all', judges, except },
    ...[...except].map((agent): Installed => {
      return { monitor: open({ real, agent }), agent, judges, hears: 'captured' };
    }),
  ];
}

/** The key of a book's state. */
export function bookKey(rule: string, over: Over<unknown> | undefined): string {
  return over === undefined ? rule : `${rule} of ${over.agent}`;
}

/**
 * A rule with its state.
 *
 * INVARIANT: `check` changes nothing. State moves only through `decided`, `ended` and `heard`, which are
 * called for every event in the journal's order, live and when folding alike.
 */
export interface Monitor {
  /** Stable over restarts of one policy: the key of its state in a snapshot. */
  readonly key: string;
  check(call: Call): Finding;
  /**
   * The call was admitted (`allowed`) or not; whatever it reserves, it reserves now. A captured write counts as admitted
   * for its own agent, and is nobody else's.
   */
  decided?(call: Call, allowed: boolean, verdict: Verdict): void;
  /** An admitted call ended: settle or release. `answer` is absent where nobody saw one. */
  ended?(call: Call, at: Instant, effectiveness: Effectiveness, answer: AnswerFacts | undefined): void;
  /**
   * Whether this call, just decided or ended, crossed a threshold that stops its agent at once: a deny with its `trip`.
   * For what only an outcome or the sum of decisions can show; asked after every event that moved this monitor.
   */
  alarm?(call: Call, at: Instant): Finding | undefined;
  /** Headers that a call must carry to be sent, `if-match`; they are judged and journalled with it. Names in lower case. */
  demands?(call: Call): Readonly<Record<string, string>> | undefined;
  /** Freezes and resumes of an agent that it is installed for. */
  heard?(event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void;
  /**
   * How much is left at `at`, for those who ask; never part of a decision. Absent: nothing to count.
   * @param of where several count apart (tasks, grants): of this call's; absent: of the fullest
   */
  level?(at: Instant, of?: Call): Level;
  /** Its state as JSON, and back. Absent: it has none. */
  save?(): Json;
  load?(state: Json): void;
  /** The same as `load`, a step at a time, for a state that has no bound; nothing else may happen to it meanwhile. */
  loading?(state: Json): Iterable<void>;
}

/** How full a limit is, in words for an agent, an operator or a `RateLimit` header. */
export interface Level {
  readonly guard: string;
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** `100` or `500.00 USD` */
  readonly limit: string;
  readonly remaining: string;
  readonly windowMs: number;
  /** When something committed next leaves the window. */
  readonly freesAt: Instant;
  /** Whether what is counted leaves all at once, at `freesAt`, or piece by piece. */
  readonly leaves: 'at-once' | 'in-turn';
  /** The same as numbers, for who reckons with them. */
  readonly fill: Fill;
  readonly note?: string;
}

/** How much of a limit is used. Of `other` there is no pace: it is a share of something that moves by itself. */
export type Fill =
  | { readonly unit: 'money'; readonly currency: Currency; readonly limit: Micros; readonly used: Micros }
  | { readonly unit: 'calls' | 'other'; readonly limit: number; readonly used: number };

/** The finding of a rule that has nothing against a call: made once per rule, shared by all decisions. */
export function pass(guard: string, rule: RuleId): Finding {
  return { guard, rule, verdict: 'pass', reason: 'ok' };
}

/** A monitor for each rule of each agent, which judges the routes that its rule concerns: what most guards install. */
export function eachRule<Rule extends { readonly routes: RouteSet }>(
  policy: Policy,
  rulesOf: (rules: AgentRules) => readonly Rule[],
  monitorOf: (rule: Rule, agent: AgentId) => Monitor,
): Installed[] {
  return [...policy.agents.values()].flatMap(({ id, rules }) =>
    rulesOf(rules).map((rule) => ({
      monitor: monitorOf(rule, id),
      agent: id,
      judges: (route) => concerns(rule.routes, route),
    })),
  );
}
