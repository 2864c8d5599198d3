import path from 'node:path';
import { assert } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import { Batch, Place, UTF8_BYTES_MAX, type Appended } from './batch.ts';
import { LINE_BYTES_MAX, seal } from './chain.ts';
import type { AppendOnly, Disk } from './disk.ts';
import type { Entry } from './entry.ts';
import { JournalFailed } from './errors.ts';
import { isFull, Reserve } from './reserve.ts';
import type { CommitWatcher, JournalHealth } from './health.ts';
import { Room, type DiskState, type ReadsOnFullDisk } from './room.ts';
import { SEGMENT_BYTES_MAX, SEGMENTS_DIRECTORY, segmentOf } from './segments.ts';
import { eventLoop } from './timers.ts';

/**
 * How much may wait for the disk. At 50,000 appends a second of 1 KB this is more than half a second's worth: a disk that
 * is further behind is failing, and the door refuses rather than queues. The reserve takes it all when the disk is full.
 */
export const PENDING_BYTES_MAX = 32 * 1024 * 1024;

/**
 * How long records that nobody waits for (reads, outcomes) may lie in memory before they are written. Losing them in a
 * crash is safe: a call whose outcome is missing counts as spent.
 */
export const IDLE_DELAY_MS = 20;

/**
 * How long a batch waits for company while several callers wait at a time. Below it, every second caller would pay for a
 * disk flush of its own; a lone caller never waits. (PostgreSQL's `commit_delay` and `commit_siblings`.)
 */
export const COMPANY_DELAY_MS = 1;
const COMPANY_MIN = 2;

/** The process, or the machine, has no file descriptors left. */
const NO_DESCRIPTORS: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

/**
 * For how long one look at the lock counts. A process that was stopped for longer looks again before it admits anything:
 * another one may have taken the journal over meanwhile, and may have recorded a kill in it.
 */
export const HELD_FOR_MS = 100;

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
  readonly disk: Disk;
  readonly timers?: Timers;
  /** Whether the journal is still ours. Asked before every write, and behind it before anyone is told; must be cheap. */
  readonly held: () => boolean;
  /** Called once, when the journal can be trusted with nothing more. Whoever forwards calls must stop (I12). */
  readonly onFailure: (error: JournalFailed) => void;
  /** Told of every batch once the disk has it to write: until the disk answers, time costs nobody anything. */
  readonly onBatch?: (lines: Buffer) => void;
  /** What there is for a full disk; none where absent, and a write that finds no room is a failed one. */
  readonly reserve?: Reserve;
  /** What becomes of reads while the disk is full; `refuse` where absent. */
  readonly reads?: ReadsOnFullDisk;
  /** The disk is full, or has room again. */
  readonly onDisk?: (state: DiskState) => void;
  readonly segmentBytesMax?: number;
  readonly pendingBytesMax?: number;
}

/**
 * Appends records by group commit: one write and one fdatasync at a time, each for all that was appended in the meantime.
 *
 * INVARIANT: a failed write or fdatasync is never retried. After one, nobody knows what the disk holds (the kernel may
 * have dropped the pages and cleared the error), so the writer stops for good and the next start reads what is there.
 * The one failure that tells what it left is a write that finds no room: the segment is cut back to what is durable, and the
 * batch is written on room from the reserve (see {@link Room}).
 */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #timers: Timers;
  readonly #segmentBytesMax: number;
  readonly #pendingBytesMax: number;
  readonly #room: Room;
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
  /** How much of the segment is durable. */
  #durableBytes = 0;
  /** When the pending batch will be written; `none` also while the disk is busy. */
  #due: 'none' | 'idle' | 'soon' = 'none';
  #callOff: (() => void) | undefined;
  #watcher: CommitWatcher | undefined;
  /** Callers that waited for the batch before. */
  #company = 0;
  /** When the journal was last seen to be ours, by the entries' own time. */
  #heldAt: Instant;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#timers = options.timers ?? eventLoop;
    this.#segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
    this.#pendingBytesMax = options.pendingBytesMax ?? PENDING_BYTES_MAX;
    ({ seq: this.#seq, hash: this.#hash, at: this.#at } = options.head);
    this.#heldAt = this.#at;
    const { reserve = new Reserve(options.dir, options.disk, 0), reads = 'refuse' } = options;
    const onChange = options.onDisk ?? (() => undefined);
    this.#room = new Room({ reserve, timers: this.#timers, reads, onChange, onRoom: () => this.#tellUnrecorded() });
    this.#pending = this.#newBatch();
  }

  get head(): Head {
    return { seq: this.#seq, hash: this.#hash, at: this.#at };
  }

  /** The lines that no write has taken yet. */
  get pending(): Buffer {
    return this.#pending.lines();
  }

  /** What there is of the disk. */
  get disk(): DiskState {
    return this.#room.state;
  }

  /** How it is, for those who ask whether the door should be trusted with calls. */
  get health(): JournalHealth {
    const oldest = this.#writing ?? this.#pending;
    return { state: this.#state.kind, behindSince: oldest.since ?? null };
  }

  /** Tells of every batch as it goes to the disk, and as it is durable. */
  watch(watcher: CommitWatcher): void {
    this.#watcher = watcher;
  }

  /** The disk is full from the start: what is left of the reserve is all there is. */
  beginFull(): void {
    this.#room.beginFull(this.#at);
  }

  /**
   * Gives an entry its place in the journal, at once. It is written with the next batch.
   *
   * @throws JournalFull for what can be refused instead, while the disk is full or far behind; JournalFailed when nothing will ever be written again
   */
  append(entry: Entry): Appended {
    if (this.#state.kind !== 'open') throw this.#refusal();
    if (entry.at - this.#heldAt > HELD_FOR_MS && !this.#isHeld(entry.at)) throw this.#refusal();
    assert(entry.at >= this.#at, `a ${entry.kind} entry at ${entry.at} comes behind a record at ${this.#at}`);
    const batch = this.#pending;
    const { hash, line } = seal(this.#hash, this.#seq + 1, entry, batch.bytes === 0);
    assert(line.length * UTF8_BYTES_MAX <= LINE_BYTES_MAX, 'a journal line is bounded by what a reader accepts');
    this.#room.admit(entry, line.length, { bytes: batch.bytes, most: this.#pendingBytesMax });
    this.#seq += 1;
    this.#hash = hash;
    this.#at = entry.at;
    batch.add(line, entry.at);
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
    if (this.#state.kind === 'open') {
      this.#tellUnrecorded();
      this.#state = CLOSING;
    }
    this.#room.close();
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
    this.#watcher?.began(batch.records, batch.bytes);
    const bytes = batch.lines();
    const goesOn = this.#fileBytes + bytes.length <= this.#segmentBytesMax || this.#room.isFull;
    if (this.#isHeld(this.#at)) {
      if (this.#file !== undefined && goesOn) this.#write(bytes);
      else this.#rotate(batch.firstSeq, bytes);
    }
    this.#options.onBatch?.(bytes);
  };

  #rotate(firstSeq: number, bytes: Buffer): void {
    const { dir, epoch, disk } = this.#options;
    const { name } = segmentOf(firstSeq, epoch);
    disk.create(path.join(dir, SEGMENTS_DIRECTORY, name), (error, created) => {
      if (created === null) {
        // It passes: meanwhile the segment in hand goes on growing.
        const passes = isFull(error) || NO_DESCRIPTORS.has(codeOf(error));
        if (this.#file !== undefined && passes) return this.#write(bytes);
        if (isFull(error) && this.#makeRoom(bytes)) return this.#rotate(firstSeq, bytes);
        return this.#fail(`segment ${name} could not be created`, error);
      }
      this.#file?.close(() => undefined);
      this.#file = created;
      this.#fileBytes = 0;
      this.#durableBytes = 0;
      this.#write(bytes);
    });
  }

  #write(bytes: Buffer): void {
    const file = this.#file;
    assert(file !== undefined, 'a write has a segment to go to');
    this.#fileBytes += bytes.length;
    file.append(bytes, (error) => {
      if (error !== null)
        return isFull(error) ? this.#squeeze(file, bytes, error) : this.#fail('a write failed', error);
      file.sync((error) => {
        if (error !== null) return this.#fail('fdatasync failed', error);
        this.#durableBytes = this.#fileBytes;
        this.#written();
      });
    });
  }

  /** A write found no room: whatever it left behind what is durable is cut off, and it has room from the reserve. */
  #squeeze(file: AppendOnly, bytes: Buffer, full: Error): void {
    file.cut(this.#durableBytes, (error) => {
      if (error !== null) return this.#fail('what a write without room left could not be cut off', error);
      if (!this.#makeRoom(bytes)) return this.#fail('a write found no room on the disk', full);
      this.#fileBytes = this.#durableBytes;
      this.#write(bytes);
    });
  }

  #makeRoom(bytes: Buffer): boolean {
    try {
      return this.#room.make(bytes.length, this.#at);
    } catch {
      // A reserve that cannot even be given back is none.
      return false;
    }
  }

  /** Tells of what was turned away, now that there is room for it. */
  #tellUnrecorded(): void {
    const unrecorded = this.#state.kind === 'open' ? this.#room.tell(this.#at) : undefined;
    // The same look as for anybody's entry, but nobody is there to be told of its end.
    if (unrecorded !== undefined && this.#isHeld(unrecorded.at)) this.append(unrecorded);
  }

  #written(): void {
    const batch = this.#writing;
    assert(batch !== undefined, 'what was written is a batch');
    // The process may have stood still between the flush and now: whoever waits would send what another door counts as unknown.
    if (this.#state.kind === 'failed' || !this.#isHeld(this.#at)) return;
    this.#writing = undefined;
    this.#watcher?.ended();
    batch.settle(null);
    if (!this.#room.isFull) this.#tellUnrecorded();
    // Waiters go on in this turn and append again; the next batch takes what they bring along.
    if (this.#pending.bytes > 0) this.#schedule();
  }

  /** Whether the journal is still ours; the writer ends where it is not. */
  #isHeld(at: Instant): boolean {
    const held = this.#options.held();
    if (held) this.#heldAt = at;
    else this.#fail('another process took the journal over', null);
    return held;
  }

  /** Once: a write that was under way when the journal was lost may fail in its turn. */
  #fail(what: string, cause: Error | null): void {
    if (this.#state.kind === 'failed') return;
    const why = cause === null ? what : `${what}: ${cause.message}`;
    const message = `Failed to write the journal in ${this.#options.dir}: ${why}. Nothing may be forwarded; restart.`;
    const error = new JournalFailed(message, { cause });
    this.#state = { kind: 'failed', error };
    this.#room.close();
    this.#writing?.settle(error);
    this.#pending.settle(error);
    this.#options.onFailure(error);
  }

  #refusal(): JournalFailed {
    if (this.#state.kind === 'failed') return this.#state.error;
    return new JournalFailed(`Failed to append to the journal in ${this.#options.dir}: it is closed.`);
  }
}

function codeOf(error: NodeJS.ErrnoException | null): string | undefined {
  return error?.code;
}

const OPEN = { kind: 'open' } as const;
const CLOSING = { kind: 'closing' } as const;
