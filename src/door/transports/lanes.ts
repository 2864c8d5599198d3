/** Who needs a connection to do its work. */
export interface Rider<Lane> {
  /** Its turn: the lane is its own until it calls {@link Lanes.leave}. */
  start(lane: Lane): void;
}

/** Requests waiting beyond this many would be answered too late to matter, and hold their bodies in memory meanwhile. */
export const WAITING_MAX = 1_024;

/**
 * A bounded set of connections to one upstream ("lanes"): each carries one rider at a time, the warmest idle one is
 * taken first, and riders that find none wait in order of arrival, a bounded number of them.
 */
export class Lanes<Lane> {
  readonly #open: () => Lane;
  readonly #lanesMax: number;
  readonly #waitingMax: number;
  readonly #all: Lane[] = [];
  readonly #idle: Lane[] = [];
  readonly #waiting = new Set<Rider<Lane>>();
  #closed: (() => void) | null = null;

  constructor(lanesMax: number, waitingMax: number, open: () => Lane) {
    this.#lanesMax = lanesMax;
    this.#waitingMax = waitingMax;
    this.#open = open;
  }

  /** Starts the rider, now or when a lane is free; otherwise says why not. */
  enter(rider: Rider<Lane>): string | null {
    if (this.#closed !== null) return 'the transport is closed';
    const lane = this.#idle.pop() ?? (this.#all.length < this.#lanesMax ? this.#widen() : undefined);
    if (lane !== undefined) rider.start(lane);
    else if (this.#waiting.size < this.#waitingMax) this.#waiting.add(rider);
    else return `${this.#lanesMax} connections are busy and ${this.#waitingMax} requests wait for one`;
    return null;
  }

  /** The rider needs no lane any more: it never starts. */
  forget(rider: Rider<Lane>): void {
    this.#waiting.delete(rider);
  }

  /** Gives the lane to the next rider. */
  leave(lane: Lane): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next.start(lane);
      return;
    }
    this.#idle.push(lane);
    if (this.#idle.length === this.#all.length) this.#closed?.();
  }

  /** Admits nobody from now on, and resolves to all lanes when the last rider has left. */
  close(): Promise<readonly Lane[]> {
    return new Promise((resolve) => {
      const earlier = this.#closed;
      this.#closed = () => {
        earlier?.();
        resolve(this.#all);
      };
      if (this.#idle.length === this.#all.length) this.#closed();
    });
  }

  #widen(): Lane {
    const lane = this.#open();
    this.#all.push(lane);
    return lane;
  }
}
