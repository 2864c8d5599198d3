import type { Instant } from '../std/clock.ts';
import type { JournalFailed } from './errors.ts';

/** What `append` gives back. Not durable yet. */
export interface Appended {
  readonly seq: number;
  readonly hash: string;
  /** Resolves once fdatasync has returned for this record; rejects with {@link JournalFailed} if it never will. */
  durable(): Promise<void>;
}

/** The most bytes that one UTF-16 unit becomes in UTF-8. */
export const UTF8_BYTES_MAX = 3;

/** Room for some dozen lines, so that a usual batch never moves. */
const BATCH_BYTES_START = 32 * 1024;

/** Lines that become durable together, in one piece. */
export class Batch {
  readonly firstSeq: number;
  bytes = 0;
  records = 0;
  /** When its first record was, by the records' own time. */
  since: Instant | undefined;
  /** How many callers wait for it. */
  waiting = 0;
  readonly #onWanted: () => void;
  #buffer = Buffer.allocUnsafe(BATCH_BYTES_START);
  #end: { readonly error: JournalFailed | null } | undefined;
  #promise: PromiseWithResolvers<void> | undefined;

  constructor(firstSeq: number, onWanted: () => void) {
    this.firstSeq = firstSeq;
    this.#onWanted = onWanted;
  }

  add(line: string, at: Instant): void {
    this.records += 1;
    this.since ??= at;
    const needed = this.bytes + line.length * UTF8_BYTES_MAX;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.bytes);
      this.#buffer = larger;
    }
    this.bytes += this.#buffer.write(line, this.bytes);
  }

  lines(): Buffer {
    return this.#buffer.subarray(0, this.bytes);
  }

  /** One promise for all who wait; none where nobody asks. */
  durable(): Promise<void> {
    if (this.#end === undefined) {
      this.waiting += 1;
      this.#onWanted();
      return (this.#promise ??= Promise.withResolvers<void>()).promise;
    }
    return this.#end.error === null ? Promise.resolve() : Promise.reject(this.#end.error);
  }

  settle(error: JournalFailed | null): void {
    this.#end = { error };
    if (error === null) this.#promise?.resolve();
    else this.#promise?.reject(error);
  }
}

/** One record's place in its batch. */
export class Place implements Appended {
  readonly seq: number;
  readonly hash: string;
  readonly #batch: Batch;

  constructor(seq: number, hash: string, batch: Batch) {
    this.seq = seq;
    this.hash = hash;
    this.#batch = batch;
  }

  durable(): Promise<void> {
    return this.#batch.durable();
  }
}
