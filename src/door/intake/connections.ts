import type { Socket } from 'node:net';
import type { AgentId } from '../../engine/ids.ts';
import type { Refusal } from '../normal/refusal.ts';
import type { Sender } from '../answers/pace.ts';

/** Connections at a time, over all of the door's ports. */
export const CONNECTIONS_MAX = 10_000;
/** Connections of one agent: as each carries one request at a time, also its requests under way. */
export const AGENT_CONNECTIONS_MAX = 2_000;

export interface ConnectionLimits {
  readonly connectionsMax: number;
  readonly agentConnectionsMax: number;
}

interface Connection {
  /** Who sent the latest request that had a grant; `null`: nobody did. */
  owner: Sender;
}

/**
 * Every connection of the door, so that there are never too many, and those at work stay. Where there is no room, the
 * connection that has rested longest gives way to the new one: one that never had a grant first, then one of the agent
 * that has most. So ten thousand idle sockets keep nobody out.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #all = new Map<Socket, Connection>();
  /** Those with no request of an agent under way, by owner, the longest rested first. */
  readonly #resting = new Map<Sender, Set<Socket>>();
  readonly #counts = new Map<AgentId, number>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#all.size;
  }

  /** A connection was made. Where nothing can give way to it, it is dropped. */
  opened(socket: Socket): void {
    if (this.#all.size >= this.#limits.connectionsMax && !this.#makeRoom()) {
      socket.destroy();
      return;
    }
    this.#all.set(socket, { owner: null });
    this.#restingOf(null).add(socket);
    socket.once('close', () => this.#closed(socket));
  }

  /** An agent's request began on it; a refusal where that agent has too many at work. */
  works(socket: Socket, agent: AgentId): Refusal | undefined {
    const connection = this.#all.get(socket);
    if (connection === undefined) return undefined;
    this.#resting.get(connection.owner)?.delete(socket);
    if (connection.owner !== agent) {
      this.#leave(connection.owner);
      connection.owner = agent;
      this.#counts.set(agent, this.#countOf(agent) + 1);
    }
    const { agentConnectionsMax } = this.#limits;
    while (this.#countOf(agent) > agentConnectionsMax && this.#letGo(agent));
    if (this.#countOf(agent) <= agentConnectionsMax) return undefined;
    const detail = `You have ${agentConnectionsMax} connections at work. Use them again instead of opening more.`;
    return { status: 429, reason: 'too_many_connections', detail };
  }

  /** Its request was answered. */
  rests(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (connection !== undefined) this.#restingOf(connection.owner).add(socket);
  }

  #closed(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    this.#all.delete(socket);
    this.#resting.get(connection.owner)?.delete(socket);
    this.#leave(connection.owner);
  }

  #countOf(agent: AgentId): number {
    return this.#counts.get(agent) ?? 0;
  }

  #leave(owner: Sender): void {
    if (owner === null) return;
    const left = this.#countOf(owner) - 1;
    if (left > 0) this.#counts.set(owner, left);
    else this.#counts.delete(owner);
  }

  #makeRoom(): boolean {
    if (this.#letGo(null)) return true;
    // Only where strangers fill nothing any more: one look at every agent.
    const byCount = [...this.#counts].sort(([, a], [, b]) => b - a);
    return byCount.some(([agent]) => this.#letGo(agent));
  }

  /** Lets the owner's longest rested connection go, where one rests. */
  #letGo(owner: Sender): boolean {
    const [longest] = this.#resting.get(owner) ?? [];
    if (longest === undefined) return false;
    // Counted as gone at once, and not when its end is reported.
    this.#closed(longest);
    longest.destroy();
    return true;
  }

  #restingOf(owner: Sender): Set<Socket> {
    let resting = this.#resting.get(owner);
    if (resting === undefined) this.#resting.set(owner, (resting = new Set()));
    return resting;
  }
}
