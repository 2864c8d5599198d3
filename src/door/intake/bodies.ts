import type { AgentId } from '../../engine/ids.ts';

/** All bodies in memory together: what a door needs beside them fits into half a gigabyte more. */
export const BODIES_MAX_BYTES = 256 * 1024 * 1024;
/** Those of one agent: however much it sends, others find room. */
export const AGENT_BODIES_MAX_BYTES = BODIES_MAX_BYTES / 2;

/** How much memory the bodies take that arrive, wait for their decision, or are under way. */
export class Bodies {
  readonly #max: number;
  readonly #agentMax: number;
  readonly #ofAgent = new Map<AgentId, number>();
  #bytes = 0;

  constructor(max = BODIES_MAX_BYTES, agentMax = AGENT_BODIES_MAX_BYTES) {
    this.#max = max;
    this.#agentMax = agentMax;
  }

  /** All together, now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room for one body; it takes what it needs as it arrives. */
  room(agent: AgentId): Room {
    return new Room(agent, this);
  }

  take(agent: AgentId, bytes: number): boolean {
    const own = (this.#ofAgent.get(agent) ?? 0) + bytes;
    if (own > this.#agentMax || this.#bytes + bytes > this.#max) return false;
    this.#ofAgent.set(agent, own);
    this.#bytes += bytes;
    return true;
  }

  give(agent: AgentId, bytes: number): void {
    this.#bytes -= bytes;
    const own = (this.#ofAgent.get(agent) ?? 0) - bytes;
    if (own > 0) this.#ofAgent.set(agent, own);
    else this.#ofAgent.delete(agent);
  }
}

/**
 * What one body takes.
 * INVARIANT: given back once, when the last of its holders has let go.
 */
export class Room {
  readonly #agent: AgentId;
  readonly #bodies: Bodies;
  #bytes = 0;
  #holders = 1;

  constructor(agent: AgentId, bodies: Bodies) {
    this.#agent = agent;
    this.#bodies = bodies;
  }

  /** `false`: there is no more. */
  grow(bytes: number): boolean {
    if (!this.#bodies.take(this.#agent, bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  /** One more needs it. */
  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0 || this.#bytes === 0) return;
    this.#bodies.give(this.#agent, this.#bytes);
    this.#bytes = 0;
  }
}
