import { createHash, type Hash } from 'node:crypto';
import { canonicalJson, type Json } from '../std/canonical-json.ts';
import type { CallId } from '../engine/ids.ts';
import type { CallEntry } from './entry.ts';

export type Decided = Pick<CallEntry, 'verdict' | 'findings' | 'trips'>;

/** What was decided of a call, as one line of canonical JSON: `[call, verdict, findings, trips]`. */
export function decisionLine(call: CallId, { verdict, findings, trips }: Decided): string {
  return canonicalJson([call, verdict, findings as unknown as Json, trips as unknown as Json]);
}

/**
 * SHA-256 over what was decided of each call, in the journal's order: a {@link decisionLine} and a line feed for each. Two engines
 * that decided a journal alike have the same digest of it, and CI can compare them without either journal.
 */
export class DecisionDigests {
  readonly #recorded: Hash = createHash('sha256');
  /** Until something differs, one stands for both. */
  #now: Hash | undefined;

  /** @param now `undefined`: nothing can be decided of it any more */
  take(recorded: string, now: string | undefined): void {
    if (recorded !== now) this.#now ??= this.#recorded.copy();
    this.#recorded.update(`${recorded}\n`);
    if (now !== undefined) this.#now?.update(`${now}\n`);
  }

  /** Hex; once, when all are in. */
  hex(): { readonly recorded: string; readonly now: string } {
    const recorded = this.#recorded.digest('hex');
    return { recorded, now: this.#now?.digest('hex') ?? recorded };
  }
}
