import type { Instant } from '../../std/clock.ts';
import type { AgentId } from '../../engine/ids.ts';

/** Whose doing something is: an agent's, or `null`: somebody's without a grant. All of those together are one sender. */
export type Sender = AgentId | null;

/**
 * So many a second for each sender, and a burst beyond it: the generic cell rate algorithm (ITU-T I.371), which needs one
 * number for a sender. Memory is bounded by the agents that hold a grant.
 */
export class Pace {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When each sender would have used up nothing of its burst: behind now where it was idle. */
  readonly #clearAt = new Map<Sender, number>();

  /** @param perSecond `Infinity`: everything at once */
  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1_000 / perSecond;
    this.#toleranceMs = burst * this.#intervalMs;
  }

  /** Takes one more if that is within the sender's pace now; otherwise changes nothing. */
  takes(sender: Sender, at: Instant): boolean {
    const clearAt = Math.max(at, this.#clearAt.get(sender) ?? 0) + this.#intervalMs;
    if (clearAt - at > this.#toleranceMs) return false;
    this.#clearAt.set(sender, clearAt);
    return true;
  }

  /** Takes one more, or as many as it weighs, and says how long it has to wait for its turn: at most `maxMs`, however many were taken before it. */
  waitMs(sender: Sender, at: Instant, maxMs: number, weight = 1): number {
    const clearAt = Math.max(at, this.#clearAt.get(sender) ?? 0) + this.#intervalMs * weight;
    const waitMs = Math.max(0, clearAt - at - this.#toleranceMs);
    this.#clearAt.set(sender, waitMs > maxMs ? at + this.#toleranceMs + maxMs : clearAt);
    return Math.min(waitMs, maxMs);
  }
}
