import type { ServerResponse } from 'node:http';
import type { Clock } from '../../std/clock.ts';
import type { Timers } from '../../std/timers.ts';
import { Pace, type Sender } from './pace.ts';

/** Refusals that a sender gets at once, one after the other: more than a well-meant agent collects before it looks. */
export const FREE_ANSWERS_BURST = 200;
/** Beyond the burst, so many a second. What is left to a sender in a loop costs the others nothing they could measure. */
export const FREE_ANSWERS_PER_SECOND = 20;
/** No answer is held back for longer: well below what SDKs wait for one. */
export const HELD_BACK_MAX_MS = 10_000;

/** A refusal counts once more for so many bytes of its body: reading two megabytes takes as long as some hundred small calls. */
export const FREE_ANSWER_BYTES = 32_768;

export interface BrakeLimits {
  readonly freeAnswersBurst: number;
  readonly freeAnswersPerSecond: number;
  readonly heldBackMaxMs: number;
}

/**
 * Slows down whoever is refused again and again: the answer is ready, and leaves at the sender's pace. Until then its
 * connection is not read, so that one agent in a loop, or a stranger who tries tokens, cannot take the time of those at
 * work. What the door answers by itself counts like a refusal, for it too costs its sender nothing. A call that is let
 * through never waits.
 *
 * Bounded by itself: a connection has at most one answer held back (see `turns.ts`), and none for longer than
 * {@link HELD_BACK_MAX_MS}.
 */
export class Brake {
  readonly #pace: Pace;
  readonly #heldMaxMs: number;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #held = new Set<() => void>();
  readonly #weights = new WeakMap<ServerResponse, number>();

  constructor({ freeAnswersBurst, freeAnswersPerSecond, heldBackMaxMs }: BrakeLimits, clock: Clock, timers: Timers) {
    this.#pace = new Pace(freeAnswersPerSecond, freeAnswersBurst);
    this.#heldMaxMs = heldBackMaxMs;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** A body of so many bytes was read for what this is to answer. */
  weigh(response: ServerResponse, bytes: number): void {
    if (bytes >= FREE_ANSWER_BYTES) this.#weights.set(response, 1 + Math.floor(bytes / FREE_ANSWER_BYTES));
  }

  /** Calls `send` when the answer may leave; never where its connection has gone by then. */
  answer(sender: Sender, response: ServerResponse, send: () => void): void {
    const waitMs = this.#pace.waitMs(sender, this.#clock.now(), this.#heldMaxMs, this.#weights.get(response));
    if (waitMs === 0) return send();
    const end = (): void => {
      callOff();
      this.#held.delete(leave);
      response.off('close', end);
    };
    const leave = (): void => {
      end();
      send();
    };
    const callOff = this.#timers.after(waitMs, leave);
    this.#held.add(leave);
    response.once('close', end);
  }

  /** Lets go of everything held back: the door closes. */
  release(): void {
    for (const leave of this.#held) leave();
  }

  get held(): number {
    return this.#held.size;
  }
}
