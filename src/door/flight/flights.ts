import type { AgentId, CallId, GrantId } from '../../engine/ids.ts';

/** A call that was admitted and has not ended. */
export interface Severable {
  readonly callId: CallId;
  readonly grantId: GrantId;
  /** Cuts the agent's connection alone, as if it had left: what was not sent stays, and a write's outcome is still awaited. */
  hangUp(): void;
  /** Cuts the agent's connection. */
  silence(): void;
  /** Cuts both connections, the agent's and the upstream's, and settles the call. */
  sever(): void;
  /** Lets go of the upstream: what has not left stays, and the outcome of what has is awaited no longer. */
  ground(): void;
}

/** Every call under way, by agent: what a kill has to cut. */
export class Flights {
  readonly #byAgent = new Map<AgentId, Set<Severable>>();

  add(agent: AgentId, flight: Severable): void {
    const flights = this.#byAgent.get(agent);
    if (flights === undefined) this.#byAgent.set(agent, new Set([flight]));
    else flights.add(flight);
  }

  remove(agent: AgentId, flight: Severable): void {
    this.#byAgent.get(agent)?.delete(flight);
  }

  /** Cuts the connections of all of an agent's calls, each of which must be severed before this turn of the event loop ends. */
  silence(agent: AgentId): void {
    for (const flight of this.#byAgent.get(agent) ?? []) flight.silence();
  }

  /** Severs all of an agent's calls, and names them. Nobody hears another byte before the first is settled. */
  sever(agent: AgentId): readonly CallId[] {
    this.silence(agent);
    const flights = [...(this.#byAgent.get(agent) ?? [])];
    for (const flight of flights) flight.sever();
    return flights.map(({ callId }) => callId);
  }

  /** Hangs up on the calls of grants that have ended. */
  hangUp(hasEnded: (grant: GrantId) => boolean): void {
    for (const flights of this.#byAgent.values()) {
      for (const flight of flights) if (hasEnded(flight.grantId)) flight.hangUp();
    }
  }

  /** The journal takes no more: nothing may leave, and no outcome can be recorded. */
  ground(onFault: (error: unknown) => void): void {
    for (const flight of [...this.#byAgent.values()].flatMap((flights) => [...flights])) {
      try {
        flight.ground();
      } catch (error) {
        // What a call's end sets off may want the journal too. The others must be grounded all the same.
        onFault(error);
      }
    }
  }

  /** Those of one agent. */
  countOf(agent: AgentId): number {
    return this.#byAgent.get(agent)?.size ?? 0;
  }

  get count(): number {
    let count = 0;
    for (const flights of this.#byAgent.values()) count += flights.size;
    return count;
  }
}
