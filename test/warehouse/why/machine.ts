import { createHash } from 'node:crypto';
import type { Machine } from '../../../src/door/machine.ts';
import { machine as real } from '../../../src/door/machine.ts';
import type { Timers } from '../../../src/notify/timers.ts';

/** A machine whose time only its owner moves and whose randomness repeats, so that a real door writes the same journal twice. */
export class StillMachine {
  #now: number;
  #drawn = 0;
  readonly #alarms = new Set<{ readonly due: number; readonly run: () => void }>();

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  get now(): number {
    return this.#now;
  }

  machine(): Machine {
    return { ...real, wall: () => this.#now, monotonic: () => this.#now, random: (bytes) => this.#random(bytes) };
  }

  timers(): Timers {
    return {
      after: (delayMs, run) => {
        const alarm = { due: this.#now + delayMs, run };
        this.#alarms.add(alarm);
        return () => this.#alarms.delete(alarm);
      },
    };
  }

  /** Lets time pass, and what was due by then happen. */
  to(at: number): void {
    this.#now = Math.max(this.#now, at);
    for (const alarm of [...this.#alarms].sort((a, b) => a.due - b.due)) {
      if (alarm.due > this.#now || !this.#alarms.delete(alarm)) continue;
      alarm.run();
    }
  }

  #random(bytes: number): Buffer {
    this.#drawn += 1;
    return createHash('sha512').update(`night ${this.#drawn}`).digest().subarray(0, bytes);
  }
}
