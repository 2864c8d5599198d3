import { assert } from '../std/assert.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { Assents } from './assents.ts';
import { bookkeeping, heardAs, savedAs, type Books } from './books.ts';
import type { Call } from './call.ts';
import { combine } from './combine.ts';
import { isAdmitted, type Decision, type Finding } from './decision.ts';
import type { AnswerFacts, Event, Freeze } from './event.ts';
import { Holds } from './holds.ts';
import { Keys } from './keys.ts';
import type { Installed, Level, Monitor } from './guard.ts';
import { FreezeMonitor } from './guards/freeze.ts';
import { guards } from './guards/index.ts';
import type { AgentId, CallId, RouteId, RuleId } from './ids.ts';
import type { Policy } from './policy.ts';
import { Standings } from './standings.ts';

/** The monitors that one agent's calls on one route meet. */
interface Bound {
  readonly judges: readonly Monitor[];
  /** Those whose state the call moves: its judges, and the counters of rules that others share. */
  readonly counts: readonly Monitor[];
  /** Those whose state it moves where it is captured: the agent's own, for nobody else must feel what did not happen. */
  readonly captured: readonly Monitor[];
  /** Its own counters, where others count for it what all share. */
  readonly own: readonly Monitor[];
  /** Those that may stop the agent at once; mostly none. */
  readonly alarms: readonly Monitor[];
  /** Those that may ask a call to carry a header; mostly none. */
  readonly demanding: readonly Monitor[];
}

/**
 * The law: what a policy makes of a call, given everything before it.
 *
 * `decide` changes nothing; `apply` is the only mutator; the state is whatever folding the journal's events gives.
 * The same engine runs in the sandbox, in replay, in the probe, at the gate and at the door.
 */
export class Engine {
  #policy: Policy;
  #installed: readonly Installed[];
  #books: ReadonlyMap<AgentId, Books>;
  #freezes: FreezeMonitor;
  #byAgent = new Map<AgentId | 'all', { readonly order: number; readonly one: Installed }[]>();
  /** Made at a pair's first call, so that a decision costs nothing for agents, routes and rules it does not touch. */
  #bound = new Map<AgentId, Map<RouteId, Bound>>();
  #open = new Map<CallId, Call>();
  /** Those of the open calls that were captured. */
  #captured = new Set<CallId>();
  #holds = new Holds();
  /** Whose an idempotency key is. */
  #keys = new Keys();
  /** The keys of captured writes, which no upstream has seen; made at an agent's first. */
  #capturedKeys = new Map<AgentId, Keys>();
  #assents = new Assents();
  #standings: Standings;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#standings = new Standings(policy);
    const kept = bookkeeping(policy);
    this.#books = kept.books;
    this.#installed = guards.flatMap((guard) => guard.install(kept.policy, this.#standings));
    for (const [order, one] of this.#installed.entries()) {
      const near = this.#byAgent.get(one.agent);
      if (near === undefined) this.#byAgent.set(one.agent, [{ order, one }]);
      else near.push({ order, one });
    }
    const freezes = this.#installed.find(({ monitor }) => monitor instanceof FreezeMonitor)?.monitor;
    assert(freezes instanceof FreezeMonitor, 'the freeze guard is registered');
    this.#freezes = freezes;
  }

  get policy(): Policy {
    return this.#policy;
  }

  /** Calls that wait for a human, and what humans said. */
  get holds(): Holds {
    return this.#holds;
  }

  /** Who has said that a frozen agent may work again, where one person is not enough. */
  get assents(): Assents {
    return this.#assents;
  }

  /** Where each agent stands. Another one after {@link adopt}: look anew each time. */
  get standings(): Standings {
    return this.#standings;
  }

  /**
   * Becomes another engine, which folded the same events under another policy: whoever holds this one holds that one from
   * here on. In one step, so that no call is judged by half of each. The other must not be used any more.
   */
  adopt(other: Engine): void {
    this.#policy = other.#policy;
    this.#installed = other.#installed;
    this.#books = other.#books;
    this.#freezes = other.#freezes;
    this.#byAgent = other.#byAgent;
    this.#bound = other.#bound;
    this.#open = other.#open;
    this.#captured = other.#captured;
    this.#holds = other.#holds;
    this.#keys = other.#keys;
    this.#capturedKeys = other.#capturedKeys;
    this.#assents = other.#assents;
    this.#standings = other.#standings;
  }

  /** What the policy makes of a call, now. Pure: asking twice gives the same answer. */
  decide(call: Call): Decision {
    const owner = this.#judgeOf(call.agent, call.at);
    const { judges } = this.#bind(owner, call.route);
    const decision = combine(judges.map((monitor) => judged(monitor, call)));
    const resolved = this.#keys.resolve(call, this.#holds.resolve(call, decision));
    return this.#capturedKeys.get(owner)?.resolve(call, resolved) ?? resolved;
  }

  /** Why an agent must stop at once, now that this call was decided or has ended: the gravest reason. Pure, like `decide`. */
  alarm(call: Call, at: Instant): Finding | undefined {
    let gravest: Finding | undefined;
    for (const monitor of this.#bind(this.#judgeOf(call.agent, at), call.route).alarms) {
      const finding = monitor.alarm?.(call, at);
      if (finding === undefined) continue;
      if (gravest === undefined || (finding.trip === 'kill' && gravest.trip !== 'kill')) gravest = finding;
    }
    return gravest;
  }

  /** The headers that a call must carry to be sent; `undefined`: none, which is nearly always. */
  demands(call: Call): Readonly<Record<string, string>> | undefined {
    const { demanding } = this.#bind(this.#judgeOf(call.agent, call.at), call.route);
    if (demanding.length === 0) return undefined;
    return Object.assign({}, ...demanding.map((monitor) => monitor.demands?.(call)));
  }

  /** Takes over what happened. Events come in the journal's order. */
  apply(event: Event): void {
    switch (event.kind) {
      case 'decided':
        return this.#decided(event);
      case 'ended': {
        const call = this.#open.get(event.call);
        if (call === undefined) return;
        return this.#ended(call, event);
      }
      case 'reviewed':
        return this.#holds.reviewed(event);
      case 'frozen':
        this.#assents.frozen(event.freeze);
        return this.#tell(event.freeze.agent, event);
      case 'assented':
        return this.#assents.assented(event);
      case 'resumed':
        this.#assents.resumed(event.agent);
        return this.#tell(event.agent, event);
      case 'stood':
        return this.#standings.stood(event);
    }
  }

  /** The agent's freeze, if it is frozen. */
  frozen(agent: AgentId): Freeze | undefined {
    return this.#freezes.of(agent);
  }

  freezes(): readonly Freeze[] {
    return this.#freezes.all();
  }

  /** Calls admitted, captured ones among them, whose end is not known yet. */
  open(): IterableIterator<Call> {
    return this.#open.values();
  }

  /** A call admitted whose end is not known yet, by its id. */
  openCall(id: CallId): Call | undefined {
    return this.#open.get(id);
  }

  /** How full an agent's limits are, of one route or of all. */
  levels(agent: AgentId, at: Instant, route?: RouteId): readonly Level[] {
    const owner = this.#judgeOf(agent, at);
    const near = this.#near(owner).filter(({ except }) => except?.has(owner) !== true);
    const monitors = route === undefined ? near.map(({ monitor }) => monitor) : this.#bind(owner, route).judges;
    return monitors.flatMap((monitor) => monitor.level?.(at) ?? []);
  }

  /** How full the limits are that judge this call, each as it counts for it. */
  levelsFor(call: Call): readonly Level[] {
    const { judges } = this.#bind(this.#judgeOf(call.agent, call.at), call.route);
    return judges.flatMap((monitor) => monitor.level?.(call.at, call) ?? []);
  }

  save(): Json {
    const monitors = this.#installed.flatMap(({ monitor, agent }): [string, Json][] =>
      monitor.save === undefined ? [] : [[savedAs(agent, monitor.key), monitor.save()]],
    );
    return {
      monitors: Object.fromEntries(monitors),
      holds: this.#holds.save(),
      assents: this.#assents.save(),
      standings: this.#standings.save(),
      keys: this.#keys.save(),
      captured: {
        open: [...this.#captured],
        keys: [...this.#capturedKeys].map(([agent, keys]): Json => [agent, keys.save()]),
      },
    };
  }

  /** Restores what `save` gave under the same policy, together with the calls that were open then. */
  load(state: Json, open: Iterable<Call>): void {
    for (const _ of this.loading(state, open)) continue;
  }

  /** The same as `load`, a step at a time. Until the last one is taken the engine is of no use to anybody. */
  *loading(state: Json, open: Iterable<Call>): Generator<void> {
    const { monitors, captured, ...others } = state as Record<'holds' | 'assents' | 'standings' | 'keys', Json> & {
      monitors: Record<string, Json>;
      captured: { open: CallId[]; keys: [AgentId, Json][] };
    };
    this.#holds.load(others.holds);
    this.#assents.load(others.assents);
    this.#standings.load(others.standings);
    this.#keys.load(others.keys);
    for (const { monitor, agent } of this.#installed) {
      const saved = monitors[savedAs(agent, monitor.key)];
      if (saved === undefined) continue;
      if (monitor.loading !== undefined) yield* monitor.loading(saved);
      else monitor.load?.(saved);
      yield;
    }
    for (const call of open) this.#open.set(call.id, call);
    for (const call of captured.open) this.#captured.add(call);
    for (const [agent, keys] of captured.keys) this.#keysOfCaptured(agent).load(keys);
  }

  #decided(event: Extract<Event, { kind: 'decided' }>): void {
    const { call, verdict, trips } = event;
    if (isAdmitted(verdict)) this.#open.set(call.id, call);
    if (verdict === 'capture') this.#captured.add(call.id);
    this.#holds.decided(event);
    const { real, shadow } = this.#booksOf(call.agent);
    const isCapture = verdict === 'capture' && shadow !== undefined;
    if (isCapture) {
      this.#keysOfCaptured(shadow).decided(call, true);
      for (const monitor of this.#bind(shadow, call.route).captured) monitor.decided?.(call, true, verdict);
    }
    // To the real books what was captured is an attempt and no more; they alone are shared.
    const allowed = verdict === 'allow';
    if (real !== undefined || !isCapture) {
      this.#keys.decided(call, allowed);
      for (const monitor of this.#bind(real ?? shadow ?? call.agent, call.route).counts) {
        monitor.decided?.(call, allowed, verdict);
      }
    }
    if (real !== undefined && shadow !== undefined && !isCapture) {
      for (const monitor of this.#bind(shadow, call.route).own) monitor.decided?.(call, allowed, verdict);
    }
    for (const { trip, rule, reason } of trips) {
      this.apply({ kind: 'frozen', freeze: { agent: call.agent, at: call.at, trip, by: `guard:${rule}`, reason } });
    }
  }

  #ended(call: Call, { at, effectiveness, answer }: Extract<Event, { kind: 'ended' }>): void {
    this.#open.delete(call.id);
    this.#holds.ended(call, effectiveness);
    const { real, shadow } = this.#booksOf(call.agent);
    if (this.#captured.delete(call.id)) {
      if (shadow === undefined) return;
      this.#keysOfCaptured(shadow).ended(call, effectiveness);
      for (const monitor of this.#bind(shadow, call.route).captured) monitor.ended?.(call, at, effectiveness, answer);
      return;
    }
    this.#keys.ended(call, effectiveness);
    const told = real === undefined ? answer : asReal(answer);
    for (const monitor of this.#bind(real ?? shadow ?? call.agent, call.route).counts) {
      monitor.ended?.(call, at, effectiveness, told);
    }
    if (real === undefined || shadow === undefined) return;
    for (const monitor of this.#bind(shadow, call.route).own) monitor.ended?.(call, at, effectiveness, answer);
  }

  #booksOf(agent: AgentId): Books {
    return this.#books.get(agent) ?? NO_BOOKS;
  }

  /** Whose books judge an agent's calls at a moment. */
  #judgeOf(agent: AgentId, at: Instant): AgentId {
    const { real, shadow } = this.#booksOf(agent);
    if (real === undefined || shadow === undefined) return agent;
    return this.#standings.of(agent, at).stage === 'shadow' ? shadow : real;
  }

  #keysOfCaptured(agent: AgentId): Keys {
    let keys = this.#capturedKeys.get(agent);
    if (keys === undefined) this.#capturedKeys.set(agent, (keys = new Keys()));
    return keys;
  }

  /** Only those near the agent: a frozen agent in a loop trips at every call, and must not cost what all agents cost. */
  #tell(agent: AgentId, event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    for (const { one } of this.#byAgent.get('all') ?? []) one.monitor.heard?.(event);
    for (const { one } of this.#byAgent.get(agent) ?? []) one.monitor.heard?.(event);
    const { real, shadow } = this.#booksOf(agent);
    if (real === undefined || shadow === undefined) return;
    for (const { one } of this.#byAgent.get(shadow) ?? []) one.monitor.heard?.(heardAs(event, shadow));
  }

  /** Everything that may concern an agent's calls, in the guards' order. */
  #near(agent: AgentId): Installed[] {
    return [...(this.#byAgent.get('all') ?? []), ...(this.#byAgent.get(agent) ?? [])]
      .sort((a, b) => a.order - b.order)
      .map(({ one }) => one);
  }

  #bind(agent: AgentId, route: RouteId): Bound {
    let routes = this.#bound.get(agent);
    if (routes === undefined) this.#bound.set(agent, (routes = new Map()));
    let bound = routes.get(route);
    if (bound === undefined) routes.set(route, (bound = this.#bindAnew(agent, route)));
    return bound;
  }

  #bindAnew(agent: AgentId, route: RouteId): Bound {
    const near = this.#near(agent);
    const judging = near.filter((one) => one.judges(route));
    const judges = judging.filter(({ except }) => except?.has(agent) !== true).map(({ monitor }) => monitor);
    const counting = [...judging, ...near.filter(({ counts }) => counts?.(route) === true)];
    const all = counting.map(({ monitor }) => monitor);
    return {
      judges,
      counts: counting.filter(({ hears }) => hears === undefined).map(({ monitor }) => monitor),
      captured: counting.filter((one) => one.agent !== 'all').map(({ monitor }) => monitor),
      own: counting.filter((one) => one.agent !== 'all' && one.hears === undefined).map(({ monitor }) => monitor),
      alarms: all.filter((monitor) => monitor.alarm !== undefined),
      demanding: judges.filter((monitor) => monitor.demands !== undefined),
    };
  }
}

const NO_BOOKS: Books = { real: undefined, shadow: undefined };

/** An answer that captured writes made, for an agent that lives in the real world by now: it has seen nothing, and knows nothing by it. */
function asReal(answer: AnswerFacts | undefined): AnswerFacts | undefined {
  return answer?.made === undefined ? answer : { ...answer, etag: null, cut: true, values: {} };
}

function judged(monitor: Monitor, call: Call): Finding {
  try {
    return monitor.check(call);
  } catch (error) {
    return broken(monitor, error);
  }
}

/** A guard that throws denies (I12). */
function broken(monitor: Monitor, error: unknown): Finding {
  return {
    guard: 'engine',
    rule: monitor.key as RuleId,
    verdict: 'deny',
    reason: 'guard_error',
    observed: error instanceof Error ? error.message : String(error),
    retryable: 'never',
    hint: 'A guard of the safety layer failed, so the call is refused. Report this to a human.',
  };
}
