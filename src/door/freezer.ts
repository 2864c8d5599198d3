import type { Clock } from '../std/clock.ts';
import type { Call } from '../engine/call.ts';
import type { Finding } from '../engine/decision.ts';
import type { Engine } from '../engine/engine.ts';
import type { Freeze } from '../engine/event.ts';
import type { AgentId, CallId } from '../engine/ids.ts';
import type { FreezeCause, FreezeEntry, LevelJson } from '../journal/entry.ts';
import type { Proof } from '../journal/index.ts';
import type { JournalPort } from './judge/admit.ts';
import type { Flights } from './flight/flights.ts';
import type { Trail } from './trail.ts';

export interface FreezerParts {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly flights: Flights;
  readonly trail: Trail;
}

/** Why an agent is being stopped, beside who stops it and with which words. */
export interface Occasion {
  readonly call?: CallId;
  readonly cause?: FreezeCause;
  /** How the human who stops it has shown that it is them. */
  readonly proof?: Proof | undefined;
}

/** Stops agents: one record of what, why, what led to it and what state it saw; connections cut where it is a kill. */
export class Freezer {
  readonly #parts: FreezerParts;
  /** Agents being stopped right now: severing their calls must not stop them again. */
  readonly #stopping = new Set<AgentId>();
  /** The call that caused each agent's last freeze. */
  readonly #causes = new Map<AgentId, CallId>();

  constructor(parts: FreezerParts) {
    this.#parts = parts;
  }

  /** A guard's alarm at an outcome or a decision. Does nothing to an agent that is stopped as hard already. */
  alarm(call: Call, finding: Finding): void {
    const { engine } = this.#parts;
    const { trip = 'freeze', rule, reason } = finding;
    const before = engine.frozen(call.agent)?.trip;
    if (before === trip || before === 'kill' || this.#stopping.has(call.agent)) return;
    this.stop({ agent: call.agent, trip, by: `guard:${rule}`, reason }, { call: call.id, cause: causeOf(finding) });
  }

  /**
   * Whether an admitted call that has not left yet must stay: a kill came between, or this very call's decision is what
   * the agent was stopped for. What was admitted before a mere freeze goes on, sent or not.
   */
  keepsBack({ id, agent }: Call): boolean {
    const freeze = this.#parts.engine.frozen(agent);
    return freeze !== undefined && (freeze.trip === 'kill' || this.#causes.get(agent) === id);
  }

  /** Freezes an agent now, and gives the calls it severed. */
  stop(stop: Omit<Freeze, 'at'>, occasion: Occasion = {}): readonly CallId[] {
    const { engine, flights, clock } = this.#parts;
    // Nothing comes between these: severing settles calls, and their outcomes stand before the freeze in the journal.
    this.#stopping.add(stop.agent);
    const severed = stop.trip === 'kill' ? flights.sever(stop.agent) : [];
    this.#stopping.delete(stop.agent);
    const freeze: Freeze = { ...stop, at: clock.now() };
    if (occasion.call !== undefined) this.#causes.set(stop.agent, occasion.call);
    try {
      this.#record(freeze, severed, occasion);
    } finally {
      // INVARIANT: whatever becomes of the record, the agent is stopped.
      engine.apply({ kind: 'frozen', freeze });
    }
    return severed;
  }

  /** The freeze stands already, by a call's own record; this one tells people, and severs where the trip says so. */
  tell(call: Call, finding: Finding): void {
    const { engine, flights, clock } = this.#parts;
    const freeze = engine.frozen(call.agent);
    if (freeze === undefined) return;
    const severed = freeze.trip === 'kill' ? flights.sever(call.agent) : [];
    // What was severed has settled since: the record stands behind those outcomes.
    this.#record({ ...freeze, at: clock.now() }, severed, { call: call.id, cause: causeOf(finding) });
  }

  #record(freeze: Freeze, severed: readonly CallId[], { call, cause, proof }: Occasion): void {
    const { journal, trail } = this.#parts;
    const entry: FreezeEntry = {
      kind: 'freeze',
      ...freeze,
      call: call ?? null,
      severed,
      ...(proof !== undefined && { proof }),
      ...(cause !== undefined && { cause }),
      trail: trail.of(freeze.agent),
      levels: this.#levels(freeze.agent),
    };
    journal.append(entry);
  }

  #levels(agent: AgentId): readonly LevelJson[] {
    const { engine, clock } = this.#parts;
    return engine
      .levels(agent, clock.now())
      .map(({ guard, rule, limit, remaining }) => ({ guard, rule, limit, remaining }));
  }
}

function causeOf({ guard, rule, reason, observed, limit }: Finding): FreezeCause {
  return { guard, rule, reason, ...(observed !== undefined && { observed }), ...(limit !== undefined && { limit }) };
}
