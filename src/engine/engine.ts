import { assert } from '../std/assert.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { Assents } from './assents.ts';
import type { Call } from './call.ts';
import { combine } from './combine.ts';
import type { Decision, Finding } from './decision.ts';
import type { Event, Freeze } from './event.ts';
import { Holds } from './holds.ts';
import { Keys } from './keys.ts';
import type { Installed, Level, Monitor } from './guard.ts';
import { FreezeMonitor } from './guards/freeze.ts';
import { guards } from './guards/index.ts';
import type { AgentId, CallId, RouteId, RuleId } from './ids.ts';
import type { Policy } from './policy.ts';

/** The monitors that one agent's calls on one route meet. */
interface Bound {
  readonly judges: readonly Monitor[];
  /** Those whose state the call moves: its judges, and the counters of rules that others share. */
  readonly counts: readonly Monitor[];
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
  readonly policy: Policy;
  readonly #installed: readonly Installed[];
  readonly #freezes: FreezeMonitor;
  readonly #byAgent = new Map<AgentId | 'all', { readonly order: number; readonly one: Installed }[]>();
  /** Made at a pair's first call, so that a decision costs nothing for agents, routes and rules it does not touch. */
  readonly #bound = new Map<AgentId, Map<RouteId, Bound>>();
  readonly #open = new Map<CallId, Call>();
  /** Calls that wait for a human, and what humans said. */
  readonly holds = new Holds();
  /** Whose an idempotency key is. */
  readonly #keys = new Keys();
  /** Who has said that a frozen agent may work again, where one person is not enough. */
  readonly assents = new Assents();

  constructor(policy: Policy) {
    this.policy = policy;
    this.#installed = guards.flatMap((guard) => guard.install(policy));
    for (const [order, one] of this.#installed.entries()) {
      const near = this.#byAgent.get(one.agent);
      if (near === undefined) this.#byAgent.set(one.agent, [{ order, one }]);
      else near.push({ order, one });
    }
    const freezes = this.#installed.find(({ monitor }) => monitor instanceof FreezeMonitor)?.monitor;
    assert(freezes instanceof FreezeMonitor, 'the freeze guard is registered');
    this.#freezes = freezes;
  }

  /** What the policy makes of a call, now. Pure: asking twice gives the same answer. */
  decide(call: Call): Decision {
    const { judges } = this.#bind(call.agent, call.route);
    const decision = combine(judges.map((monitor) => judged(monitor, call)));
    return this.#keys.resolve(call, this.holds.resolve(call, decision));
  }

  /** Why an agent must stop at once, now that this call was decided or has ended: the gravest reason. Pure, like `decide`. */
  alarm(call: Call, at: Instant): Finding | undefined {
    let gravest: Finding | undefined;
    for (const monitor of this.#bind(call.agent, call.route).alarms) {
      const finding = monitor.alarm?.(call, at);
      if (finding === undefined) continue;
      if (gravest === undefined || (finding.trip === 'kill' && gravest.trip !== 'kill')) gravest = finding;
    }
    return gravest;
  }

  /** The headers that a call must carry to be sent; `undefined`: none, which is nearly always. */
  demands(call: Call): Readonly<Record<string, string>> | undefined {
    const { demanding } = this.#bind(call.agent, call.route);
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
        this.#open.delete(event.call);
        this.holds.ended(call, event.effectiveness);
        this.#keys.ended(call, event.effectiveness);
        for (const monitor of this.#bind(call.agent, call.route).counts) {
          monitor.ended?.(call, event.at, event.effectiveness, event.answer);
        }
        return;
      }
      case 'reviewed':
        return this.holds.reviewed(event);
      case 'frozen':
        return this.#tell(event.freeze.agent, event);
      case 'assented':
        return this.assents.assented(event);
      case 'resumed':
        this.assents.resumed(event.agent);
        return this.#tell(event.agent, event);
    }
  }

  /** The agent's freeze, if it is frozen. */
  frozen(agent: AgentId): Freeze | undefined {
    return this.#freezes.of(agent);
  }

  freezes(): readonly Freeze[] {
    return this.#freezes.all();
  }

  /** Calls admitted whose end is not known yet. */
  open(): IterableIterator<Call> {
    return this.#open.values();
  }

  /** A call admitted whose end is not known yet, by its id. */
  openCall(id: CallId): Call | undefined {
    return this.#open.get(id);
  }

  /** How full an agent's limits are, of one route or of all. */
  levels(agent: AgentId, at: Instant, route?: RouteId): readonly Level[] {
    const monitors =
      route === undefined ? this.#near(agent).map(({ monitor }) => monitor) : this.#bind(agent, route).judges;
    return monitors.flatMap((monitor) => monitor.level?.(at) ?? []);
  }

  save(): Json {
    const monitors = this.#installed.flatMap(({ monitor }): [string, Json][] =>
      monitor.save === undefined ? [] : [[monitor.key, monitor.save()]],
    );
    return {
      monitors: Object.fromEntries(monitors),
      holds: this.holds.save(),
      assents: this.assents.save(),
      keys: this.#keys.save(),
    };
  }

  /** Restores what `save` gave under the same policy, together with the calls that were open then. */
  load(state: Json, open: Iterable<Call>): void {
    const { monitors, ...others } = state as Record<'holds' | 'assents' | 'keys', Json> & {
      monitors: Record<string, Json>;
    };
    this.holds.load(others.holds);
    this.assents.load(others.assents);
    this.#keys.load(others.keys);
    for (const { monitor } of this.#installed) {
      const saved = monitors[monitor.key];
      if (saved !== undefined) monitor.load?.(saved);
    }
    for (const call of open) this.#open.set(call.id, call);
  }

  #decided(event: Extract<Event, { kind: 'decided' }>): void {
    const { call, verdict, trips } = event;
    const allowed = verdict === 'allow';
    if (allowed) this.#open.set(call.id, call);
    this.holds.decided(event);
    this.#keys.decided(call, allowed);
    for (const monitor of this.#bind(call.agent, call.route).counts) monitor.decided?.(call, allowed, verdict);
    for (const { trip, rule, reason } of trips) {
      this.apply({ kind: 'frozen', freeze: { agent: call.agent, at: call.at, trip, by: `guard:${rule}`, reason } });
    }
  }

  /** Only those near the agent: a frozen agent in a loop trips at every call, and must not cost what all agents cost. */
  #tell(agent: AgentId, event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    for (const { one } of this.#byAgent.get('all') ?? []) one.monitor.heard?.(event);
    for (const { one } of this.#byAgent.get(agent) ?? []) one.monitor.heard?.(event);
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
    const judges = near.filter((one) => one.judges(route)).map(({ monitor }) => monitor);
    const counters = near.filter(({ counts }) => counts?.(route) === true).map(({ monitor }) => monitor);
    const counts = [...judges, ...counters];
    return {
      judges,
      counts,
      alarms: counts.filter((monitor) => monitor.alarm !== undefined),
      demanding: judges.filter((monitor) => monitor.demands !== undefined),
    };
  }
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
