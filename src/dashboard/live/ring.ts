import { signal } from '@preact/signals';
import type { CallLine, LiveEvents, OutcomeLine } from '../../control/contract/live.ts';
import type { CallPage } from '../../control/contract/lookups.ts';

/** How a call ended; the journal's list does not say how long it took. */
type Ended = Omit<OutcomeLine, 'durationMs'> & { readonly durationMs: number | null };

/** A call that went by, and how it ended once that was told. */
export interface CallRow extends CallLine {
  outcome: Ended | null;
}

/** So many calls are kept; older ones are in the journal. */
export const ROWS_MAX = 4_000;
/** Dropped together, so that dropping costs nothing per call. */
const ROWS_SLACK = 500;
const SECOND_MS = 1_000;

/**
 * The calls that went by, in the order of the journal. In a flood they are a sample, and `pace` says of how many.
 * Its size is bounded whatever the door does.
 */
class Stream {
  #rows: CallRow[] = [];
  readonly #byCall = new Map<string, CallRow>();
  #told: { readonly atMs: number; readonly seen: number; readonly shown: number }[] = [];
  /** Moves when the rows or how they ended have, once per frame at most: what draws them reads it. */
  readonly version = signal(0);
  #due = false;

  /** @param atMs a clock that never goes back */
  take({ seen, calls, outcomes }: LiveEvents['calls'], atMs: number): void {
    for (const line of calls) {
      if (this.#byCall.has(line.call)) continue;
      const row: CallRow = { ...line, outcome: null };
      this.#rows.push(row);
      this.#byCall.set(line.call, row);
    }
    for (const outcome of outcomes) {
      const row = this.#byCall.get(outcome.call);
      if (row !== undefined) row.outcome = outcome;
    }
    if (this.#rows.length > ROWS_MAX + ROWS_SLACK) {
      for (const row of this.#rows.slice(0, -ROWS_MAX)) this.#byCall.delete(row.call);
      this.#rows = this.#rows.slice(-ROWS_MAX);
    }
    this.#told = [...this.#told.filter((each) => atMs - each.atMs < SECOND_MS), { atMs, seen, shown: calls.length }];
    this.#moved();
  }

  /** Of many batches within a frame one drawing is seen; a tab that nobody sees draws nothing. */
  #moved(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.version.value += 1;
    });
  }

  /** Calls from before anybody listened, the newest first, as the journal tells them. They are no part of any pace. */
  recall(lines: CallPage['calls']): void {
    const oldest = this.#rows[0]?.seq ?? Infinity;
    const earlier = lines
      .filter(({ seq, call }) => seq < oldest && !this.#byCall.has(call))
      .map(({ status, failure, ...line }): CallRow => {
        const ended = status !== null || failure !== null;
        return { ...line, outcome: ended ? { call: line.call, status, failure, durationMs: null } : null };
      })
      .toReversed();
    for (const row of earlier) this.#byCall.set(row.call, row);
    this.#rows = [...earlier, ...this.#rows];
    this.#moved();
  }

  /** The newest first, only those that `wanted` wants, as they are now. */
  newest(wanted: (row: CallRow) => boolean): readonly CallRow[] {
    const found: CallRow[] = [];
    for (let index = this.#rows.length - 1; index >= 0; index -= 1) {
      const row = this.#rows[index];
      if (row !== undefined && wanted(row)) found.push(row);
    }
    return found;
  }

  /** How many calls there were in the last second, and how many of them are rows. */
  pace(atMs: number): { readonly seen: number; readonly shown: number } {
    const recent = this.#told.filter((each) => atMs - each.atMs < SECOND_MS);
    return {
      seen: recent.reduce((sum, each) => sum + each.seen, 0),
      shown: recent.reduce((sum, each) => sum + each.shown, 0),
    };
  }
}

export const stream = new Stream();
