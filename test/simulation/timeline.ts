/** Something that will happen. */
interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  off: boolean;
}

/**
 * What happens, in order, on a clock that only this moves. Two things of one moment happen in the order they were planned.
 *
 * Between two of them every promise that can settle does: so one seed is one story, whatever the machine it runs on.
 */
export class Timeline {
  /** Milliseconds since the story began. */
  now = 0;
  /** By time, the latest first. */
  readonly #events: Event[] = [];
  #count = 0;
  steps = 0;
  #held: Promise<void> | undefined;

  /** Gives what calls it off. */
  in(delayMs: number, run: () => void): () => void {
    const event: Event = { at: this.now + Math.max(0, delayMs), order: (this.#count += 1), run, off: false };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as Event).at > event.at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
    return () => (event.off = true);
  }

  /** Lets nothing happen before `work` is done, which takes real time and none here. */
  hold(work: Promise<void>): void {
    this.#held = work;
  }

  /** Lets everything happen that does within `ms`. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    await this.run(untilMs, () => false);
    this.now = untilMs;
  }

  /** Lets everything happen until `done`, or until there is nothing left before `untilMs` that could. */
  async run(untilMs: number, done: () => boolean): Promise<void> {
    while (!done()) {
      const next = this.#events.pop();
      if (next === undefined) return;
      if (next.at > untilMs) return void this.#events.push(next);
      this.now = next.at;
      if (next.off) continue;
      this.steps += 1;
      next.run();
      await settled();
      if (this.#held === undefined) continue;
      await this.#held;
      this.#held = undefined;
    }
  }
}

/** Lets every promise that can settle do so: an immediate comes behind all of them. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
