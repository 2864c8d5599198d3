import path from 'node:path';
import { assert } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import { LINE_BYTES_MAX, seal } from './chain.ts';
import type { AppendOnly, Disk } from './disk.ts';
import type { Entry } from './entry.ts';
import { JournalFailed, JournalFull } from './errors.ts';
import { SEGMENT_BYTES_MAX, SEGMENTS_DIRECTORY, segmentOf } from './segments.ts';
import { eventLoop } from './timers.ts';

/**
 * How much may wait for the disk. At 50,000 appends a second of 1 KB this is more than half a second's worth: a disk that
 * is further behind is failing, and the door refuses rather than queues.
 */
export const PENDING_BYTES_MAX = 32 * 1024 * 1024;

/**
 * How long records that nobody waits for (reads, outcomes) may lie in memory before they are written. Losing them in a
 * crash is safe: a call whose outcome is missing counts as spent.
 */
const IDLE_DELAY_MS = 20;

/**
 * How long a batch waits for company while several callers wait at a time. Below it, every second caller would pay for a
 * disk flush of its own; a lone caller never waits. (PostgreSQL's `commit_delay` and `commit_siblings`.)
 */
const COMPANY_DELAY_MS = 1;
const COMPANY_MIN = 2;

/**
 * What is refused while the disk is behind. The rest is bounded by itself (an outcome for each call admitted, and what
 * humans do), and must not be lost: a kill that is not recorded would not outlive a restart.
 */
const SHEDDABLE: ReadonlySet<Entry['kind']> = new Set(['call', 'refusal', 'note']);

/** The last record: what the next one is chained to. */
export interface Head {
  /** 0: there is none yet. */
  readonly seq: number;
  readonly hash: string;
  readonly at: Instant;
}

export interface WriterOptions {
  readonly dir: string;
  readonly epoch: number;
  /** The last record of the writer before. */
  readonly head: Head;
  readonly disk: Pick<Disk, 'create'>;
  readonly timers?: Timers;
  /** Whether the journal is still ours. Asked before every write; must be cheap. */
  readonly held: () => boolean;
  /** Called once, when the journal can be trusted with nothing more. Whoever forwards calls must stop (I12). */
  readonly onFailure: (error: JournalFailed) => void;
  /** Told of every batch once the disk has it to write: until the disk answers, time costs nobody anything. */
  readonly onBatch?: (lines: Buffer) => void;
  readonly segmentBytesMax?: number;
  readonly pendingBytesMax?: number;
}

/** What `append` gives back. Not durable yet. */
export interface Appended {
  readonly seq: number;
  readonly hash: string;
  /** Resolves once fdatasync has returned for this record; rejects with {@link JournalFailed} if it never will. */
  durable(): Promise<void>;
}

/**
 * Appends records by group commit: one write and one fdatasync at a time, each for all that was appended in the meantime.
 *
 * INVARIANT: a failed write or fdatasync is never retried. After one, nobody knows what the disk holds (the kernel may
 * have dropped the pages and cleared the error), so the writer stops for good and the next start reads what is there.
 */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #timers: Timers;
  readonly #segmentBytesMax: number;
  readonly #pendingBytesMax: number;
  #state: { readonly kind: 'open' | 'closing' } | { readonly kind: 'failed'; readonly error: JournalFailed } = OPEN;
  #seq: number;
  #hash: string;
  #at: Instant;
  /** What the next write takes. */
  #pending: Batch;
  /** What the disk is busy with. */
  #writing: Batch | undefined;
  #file: AppendOnly | undefined;
  #fileBytes = 0;
  /** When the pending batch will be written; `none` also while the disk is busy. */
  #due: 'none' | 'idle' | 'soon' = 'none';
  #callOff: (() => void) | undefined;
  /** Callers that waited for the batch before. */
  #company = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#timers = options.timers ?? eventLoop;
    this.#segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
    this.#pendingBytesMax = options.pendingBytesMax ?? PENDING_BYTES_MAX;
    ({ seq: this.#seq, hash: this.#hash, at: this.#at } = options.head);
    this.#pending = this.#newBatch();
  }

  get head(): Head {
    return { seq: this.#seq, hash: this.#hash, at: this.#at };
  }

  /** The lines that no write has taken yet. */
  get pending(): Buffer {
    return this.#pending.lines();
  }

  /**
   * Gives an entry its place in the journal, at once. It is written with the next batch.
   *
   * @throws JournalFull for what can be refused instead, while too much waits for the disk; JournalFailed when nothing will ever be written again
   */
  append(entry: Entry): Appended {
    if (this.#state.kind !== 'open') throw this.#refusal();
    assert(entry.at >= this.#at, `a ${entry.kind} entry at ${entry.at} comes behind a record at ${this.#at}`);
    const { hash, line } = seal(this.#hash, this.#seq + 1, entry);
    assert(line.length * UTF8_BYTES_MAX <= LINE_BYTES_MAX, 'a journal line is bounded by what a reader accepts');
    const batch = this.#pending;
    if (SHEDDABLE.has(entry.kind) && batch.bytes + line.length > this.#pendingBytesMax) {
      throw new JournalFull(
        `Failed to append to the journal: ${batch.bytes} bytes wait for the disk. Refuse the call.`,
      );
    }
    this.#seq += 1;
    this.#hash = hash;
    this.#at = entry.at;
    batch.add(line);
    if (this.#due === 'none' && this.#writing === undefined) this.#schedule();
    return new Place(this.#seq, hash, batch);
  }

  /** Resolves once everything appended so far is durable. */
  durable(): Promise<void> {
    if (this.#state.kind === 'failed') return Promise.reject(this.#state.error);
    if (this.#pending.bytes > 0) return this.#pending.durable();
    return this.#writing?.durable() ?? Promise.resolve();
  }

  /** Writes what is pending, then lets the file go. Nothing can be appended any more. */
  async close(): Promise<void> {
    if (this.#state.kind === 'open') this.#state = CLOSING;
    try {
      await this.durable();
    } finally {
      const file = this.#file;
      this.#file = undefined;
      await new Promise<void>((resolve) => (file === undefined ? resolve() : file.close(() => resolve())));
    }
  }

  #newBatch(): Batch {
    return new Batch(this.#seq + 1, () => {
      if (this.#due !== 'soon' && this.#writing === undefined) this.#schedule();
    });
  }

  /** Soon where somebody waits: at the end of this turn of the event loop, or a moment later where others keep coming. */
  #schedule(): void {
    this.#callOff?.();
    this.#due = this.#pending.waiting > 0 ? 'soon' : 'idle';
    if (this.#due === 'idle') this.#callOff = this.#timers.after(IDLE_DELAY_MS, this.#flush);
    else if (this.#company >= COMPANY_MIN) this.#callOff = this.#timers.after(COMPANY_DELAY_MS, this.#flush);
    else this.#timers.soon(this.#flush);
  }

  readonly #flush = (): void => {
    const batch = this.#pending;
    this.#callOff?.();
    this.#due = 'none';
    if (this.#state.kind === 'failed' || this.#writing !== undefined || batch.bytes === 0) return;
    this.#writing = batch;
    this.#company = batch.waiting;
    this.#pending = this.#newBatch();
    const bytes = batch.lines();
    if (!this.#options.held()) this.#fail('another process took the journal over', null);
    else if (this.#file !== undefined && this.#fileBytes + bytes.length <= this.#segmentBytesMax) this.#write(bytes);
    else this.#rotate(batch.firstSeq, bytes);
    this.#options.onBatch?.(bytes);
  };

  #rotate(firstSeq: number, bytes: Buffer): void {
    const { dir, epoch, disk } = this.#options;
    const full = this.#file;
    this.#file = undefined;
    const { name } = segmentOf(firstSeq, epoch);
    disk.create(path.join(dir, SEGMENTS_DIRECTORY, name), (error, created) => {
      full?.close(() => undefined);
      if (created === null) return this.#fail(`segment ${name} could not be created`, error);
      this.#file = created;
      this.#fileBytes = 0;
      this.#write(bytes);
    });
  }

  #write(bytes: Buffer): void {
    const file = this.#file;
    assert(file !== undefined, 'a write has a segment to go to');
    this.#fileBytes += bytes.length;
    file.append(bytes, (error) => {
      if (error !== null) return this.#fail('a write failed', error);
      file.sync((error) => {
        if (error !== null) return this.#fail('fdatasync failed', error);
        this.#written();
      });
    });
  }

  #written(): void {
    const batch = this.#writing;
    assert(batch !== undefined, 'what was written is a batch');
    this.#writing = undefined;
    batch.settle(null);
    // Waiters go on in this turn and append again; the next batch takes what they bring along.
    if (this.#pending.bytes > 0) this.#schedule();
  }

  #fail(what: string, cause: Error | null): void {
    assert(this.#state.kind !== 'failed', 'a writer fails once');
    const why = cause === null ? what : `${what}: ${cause.message}`;
    const message = `Failed to write the journal in ${this.#options.dir}: ${why}. Nothing may be forwarded; restart.`;
    const error = new JournalFailed(message, { cause });
    this.#state = { kind: 'failed', error };
    this.#writing?.settle(error);
    this.#pending.settle(error);
    this.#options.onFailure(error);
  }

  #refusal(): JournalFailed {
    if (this.#state.kind === 'failed') return this.#state.error;
    return new JournalFailed(`Failed to append to the journal in ${this.#options.dir}: it is closed.`);
  }
}

const OPEN = { kind: 'open' } as const;
const CLOSING = { kind: 'closing' } as const;

/** The most bytes that one UTF-16 unit becomes in UTF-8. */
const UTF8_BYTES_MAX = 3;

/** Room for some dozen lines, so that a usual batch never moves. */
const BATCH_BYTES_START = 32 * 1024;

/** Lines that become durable together, in one piece. */
class Batch {
  readonly firstSeq: number;
  bytes = 0;
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

  add(line: string): void {
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

class Place implements Appended {
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
