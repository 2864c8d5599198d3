import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../std/canonical-json.ts';
import type { CallId } from '../engine/ids.ts';
import type { CallEntry } from './entry.ts';

export type Decided = Pick<CallEntry, 'verdict' | 'findings' | 'trips'>;

/**
 * SHA-256 over what was decided of each call, in the journal's order: a line of canonical JSON, `[call, verdict, findings, trips]`,
 * for each. Two engines that decided a journal alike have the same digest of it, and CI can compare them without either journal.
 */
export class DecisionDigest {
  readonly #hash = createHash('sha256');

  take(call: CallId, { verdict, findings, trips }: Decided): void {
    const line = canonicalJson([call, verdict, findings as unknown as Json, trips as unknown as Json]);
    this.#hash.update(line).update('\n');
  }

  /** Once, when all are in. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}
