import type { Clock, Instant } from '../../std/clock.ts';
import type { Prng } from '../../std/prng.ts';
import type { CheckpointEntry } from '../../journal/index.ts';
import { attempt } from '../attempt.ts';
import { backoffMs, pauseMs } from '../retry.ts';
import type { Timers } from '../timers.ts';
import type { KeepingPlace } from './place.ts';

export interface CourierParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** For jitter alone. */
  readonly random: Prng;
  /** Told when a place stops keeping checkpoints, and when it keeps them again. */
  readonly onTrouble: (message: string) => void;
}

/** How one place is doing, as `interlock status` shows it. */
export interface PlaceState {
  readonly place: string;
  /** The last checkpoint that it has from this door; `null`: none yet. */
  readonly kept: { readonly size: number; readonly at: string } | null;
  /** Since when it takes none; `null`: it is well. */
  readonly failing: { readonly since: string; readonly attempts: number; readonly detail: string } | null;
}

/**
 * Brings checkpoints to one place, again and again until it has them. The newest says all that an older one would, so that
 * is the only one that waits, and a place that is gone for a week costs no more memory than one that is there.
 */
export class Courier {
  readonly #place: KeepingPlace;
  readonly #parts: CourierParts;
  #waiting: CheckpointEntry | undefined;
  #underWay: Promise<void> | undefined;
  /** Calls off the next attempt, while one is put off. */
  #callOff: (() => void) | undefined;
  #kept: PlaceState['kept'] = null;
  #failing: PlaceState['failing'] = null;

  constructor(place: KeepingPlace, parts: CourierParts) {
    this.#place = place;
    this.#parts = parts;
  }

  offer(checkpoint: CheckpointEntry): void {
    this.#waiting = checkpoint;
    if (this.#callOff === undefined) this.#set();
  }

  state(): PlaceState {
    return { place: this.#place.name, kept: this.#kept, failing: this.#failing };
  }

  /** Waits for the attempt under way, makes a last one with what still waits, and lets the place go. */
  async close(): Promise<void> {
    await this.#underWay;
    this.#set();
    await this.#underWay;
    this.#callOff?.();
    this.#waiting = undefined;
    await this.#place.close();
  }

  /** Off, with what waits, if nothing is under way. */
  #set(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const checkpoint = this.#waiting;
    if (checkpoint === undefined || this.#underWay !== undefined) return;
    this.#underWay = this.#attempt(checkpoint).finally(() => {
      this.#underWay = undefined;
      // A newer one came meanwhile; what failed is put off.
      if (this.#waiting !== undefined && this.#callOff === undefined) this.#set();
    });
  }

  async #attempt(checkpoint: CheckpointEntry): Promise<void> {
    const { clock, timers, random } = this.#parts;
    const delivery = await attempt((signal) => this.#place.keep(checkpoint, clock.now(), signal), timers);
    const now = clock.now();
    if (delivery.kind === 'sent') {
      if (this.#waiting === checkpoint) this.#waiting = undefined;
      this.#kept = { size: checkpoint.size, at: timeOf(now) };
      this.#recovered();
      return;
    }
    const attempts = (this.#failing?.attempts ?? 0) + 1;
    this.#failed(now, attempts, delivery.detail);
    const askedMs = delivery.retryAfterMs === null ? 0 : pauseMs(delivery.retryAfterMs);
    const delayMs = Math.max(askedMs, backoffMs(attempts, random));
    this.#callOff = timers.after(delayMs, () => this.#set());
  }

  #failed(now: Instant, attempts: number, detail: string): void {
    if (this.#failing === null) {
      const { size = 0 } = this.#kept ?? {};
      this.#parts.onTrouble(
        `Failed to keep a checkpoint at \`${this.#place.name}\`: ${detail}. It has those up to record ${size}; this door goes on trying.`,
      );
    }
    this.#failing = { since: this.#failing?.since ?? timeOf(now), attempts, detail };
  }

  #recovered(): void {
    if (this.#failing === null) return;
    this.#parts.onTrouble(`\`${this.#place.name}\` keeps checkpoints again; it failed since ${this.#failing.since}.`);
    this.#failing = null;
  }
}

function timeOf(at: Instant): string {
  return new Date(at).toISOString();
}
