import type { Clock, Instant } from '../../std/clock.ts';
import type { CheckpointEntry } from '../../journal/index.ts';
import { Courier, type CourierParts, type PlaceState } from './courier.ts';
import type { KeepingPlace } from './place.ts';

/** A journal as its checkpoints see it. */
export interface CheckpointLog {
  readonly head: { readonly seq: number };
  checkpoint(at: Instant): CheckpointEntry | undefined;
  /** Resolves when everything appended so far is on the disk. */
  durable(): Promise<void>;
}

export interface CheckpointerParts extends Omit<CourierParts, 'clock'> {
  readonly verifierKey: string;
  readonly everyMs: number;
  readonly places: readonly KeepingPlace[];
}

export interface CheckpointState {
  /** What its checkpoints are verified with: note it elsewhere. */
  readonly key: string;
  /** The last one of this door; `null`: none yet. */
  readonly last: { readonly size: number; readonly at: string } | null;
  readonly places: readonly PlaceState[];
}

/** How often it looks whether one is due. */
export const LOOK_EVERY_MS = 1_000;

/** A busy door makes one sooner than its policy asks: no more records than this can be taken back. */
export const RECORDS_MAX = 10_000;

/**
 * Makes checkpoints while a door runs, and sends them off the box.
 *
 * INVARIANT: one leaves only when it and all that it covers are on the disk. What a crash could take back was never
 * promised to anybody.
 */
export class Checkpointer {
  readonly #parts: CheckpointerParts;
  #open: { readonly log: CheckpointLog; readonly clock: Clock; readonly couriers: readonly Courier[] } | undefined;
  #last: CheckpointEntry | undefined;
  #madeAt: Instant = 0;
  #callOff: (() => void) | undefined;

  constructor(parts: CheckpointerParts) {
    this.#parts = parts;
  }

  /** From now on; the first is made at once, of what the last run left. */
  start(log: CheckpointLog, clock: Clock): void {
    const { timers, random, onTrouble, places } = this.#parts;
    const couriers = places.map((place) => new Courier(place, { clock, timers, random, onTrouble }));
    this.#open = { log, clock, couriers };
    void this.#make();
    this.#look();
  }

  state(): CheckpointState {
    const { size, at } = this.#last ?? {};
    return {
      key: this.#parts.verifierKey,
      last: size === undefined || at === undefined ? null : { size, at: new Date(at).toISOString() },
      places: this.#open?.couriers.map((courier) => courier.state()) ?? [],
    };
  }

  /** A last one, and a last attempt to bring it to each place. Must be done before the journal is closed. */
  async close(): Promise<void> {
    this.#callOff?.();
    await this.#make();
    await Promise.all(this.#open?.couriers.map((courier) => courier.close()) ?? []);
    this.#open = undefined;
  }

  #look(): void {
    this.#callOff = this.#parts.timers.after(LOOK_EVERY_MS, () => {
      if (this.#isDue()) void this.#make();
      this.#look();
    });
  }

  #isDue(): boolean {
    if (this.#open === undefined) return false;
    const { log, clock } = this.#open;
    const since = log.head.seq - (this.#last?.size ?? 0);
    return clock.now() - this.#madeAt >= this.#parts.everyMs || since >= RECORDS_MAX;
  }

  async #make(): Promise<void> {
    if (this.#open === undefined) return;
    const { log, clock, couriers } = this.#open;
    const at = clock.now();
    try {
      const checkpoint = log.checkpoint(at);
      this.#madeAt = at;
      if (checkpoint === undefined) return;
      await log.durable();
      this.#last = checkpoint;
      for (const courier of couriers) courier.offer(checkpoint);
    } catch (error) {
      // The journal has failed, or is closed: whoever runs it knows already, and nothing may leave.
      this.#parts.onTrouble(`Failed to make a checkpoint: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
