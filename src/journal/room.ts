import type { Instant } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import type { Entry, UnrecordedEntry } from './entry.ts';
import { JournalFull } from './errors.ts';
import type { Reserve } from './reserve.ts';

/** How often a full disk is asked whether it has room again. */
export const PROBE_MS = 1_000;

/** What the outcome of a read may need, beside the read's own record. Answers are not kept while the disk is full. */
const READ_OUTCOME_BYTES = 2_048;

/** What can be refused instead of recorded. The rest is bounded by itself, and must not be lost. */
const REFUSABLE: ReadonlySet<Entry['kind']> = new Set(['call', 'refusal', 'note']);

/** What there is of the disk that a journal lies on. */
export type DiskState =
  | { readonly kind: 'ok' }
  | {
      readonly kind: 'full';
      readonly since: Instant;
      /** What is left of the reserve. */
      readonly reserveBytes: number;
      /** Calls, refusals and notes that were turned away without a record. */
      readonly unrecorded: number;
      readonly reads: ReadsOnFullDisk;
    };

/** What becomes of reads while the disk is full. */
export type ReadsOnFullDisk = 'refuse' | 'continue';

export interface RoomParts {
  readonly reserve: Reserve;
  readonly timers: Timers;
  readonly reads: ReadsOnFullDisk;
  /** The disk is full, or has room again. */
  readonly onChange: (state: DiskState) => void;
  /** What was turned away meanwhile is to be told, in a record. */
  readonly onRoom: () => void;
}

/** What was turned away without a record of its own. */
type Unrecorded = Omit<UnrecordedEntry, 'kind' | 'at'> & { readonly until: Instant };

/**
 * How much room a journal has, and what is turned away while it has too little.
 *
 * While the disk is full the journal goes on from the {@link Reserve}: outcomes, freezes, what humans do. New writes are
 * refused, new reads too unless the policy lets them go on, and then from half of the reserve at most.
 */
export class Room {
  readonly #parts: RoomParts;
  #full: { readonly since: Instant; readsBytesLeft: number } | undefined;
  #unrecorded: Unrecorded | undefined;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  get isFull(): boolean {
    return this.#full !== undefined;
  }

  get state(): DiskState {
    if (this.#full === undefined) return OK;
    const { reserve, reads } = this.#parts;
    const { calls = 0, refusals = 0, notes = 0 } = this.#unrecorded ?? {};
    const unrecorded = calls + refusals + notes;
    return { kind: 'full', since: this.#full.since, reserveBytes: reserve.left, unrecorded, reads };
  }

  /**
   * Lets an entry of so many bytes pass, or turns it away.
   *
   * @param waiting the bytes that wait for the disk already, and how many may
   * @throws JournalFull for what can be refused instead
   */
  admit(entry: Entry, bytes: number, waiting: { readonly bytes: number; readonly most: number }): void {
    if (!REFUSABLE.has(entry.kind)) return;
    if (this.#full !== undefined && !this.#mayRead(entry, bytes)) throw this.#turnAway(entry, 'disk_full');
    // One line may always wait: what is larger than all that may wait together would never pass.
    if (waiting.bytes > 0 && waiting.bytes + bytes > waiting.most) throw this.#turnAway(entry, 'disk_behind');
  }

  /** A write found no room. Gives so many bytes of the reserve back to the disk; `false` where it has no more to give. */
  make(bytes: number, at: Instant): boolean {
    const { reserve, onChange } = this.#parts;
    const before = reserve.left;
    if (!reserve.spend(bytes)) return false;
    if (this.#full === undefined) {
      this.#full = { since: at, readsBytesLeft: Math.floor(before / 2) };
      onChange(this.state);
      this.#probeLater();
    }
    return true;
  }

  /** The journal begins on a full disk, with what is left of the reserve. */
  beginFull(at: Instant): void {
    this.#full = { since: at, readsBytesLeft: Math.floor(this.#parts.reserve.left / 2) };
    this.#parts.onChange(this.state);
    this.#probeLater();
  }

  /** The record of what was turned away, once; `undefined` where nothing was. Not before `at`. */
  tell(at: Instant): UnrecordedEntry | undefined {
    if (this.#unrecorded === undefined) return undefined;
    const { until, ...told } = this.#unrecorded;
    this.#unrecorded = undefined;
    return { kind: 'unrecorded', at: Math.max(at, until), ...told };
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
  }

  #mayRead(entry: Entry, bytes: number): boolean {
    const full = this.#full;
    if (full === undefined || this.#parts.reads === 'refuse') return false;
    if (entry.kind !== 'call' || entry.effect !== 'read') return false;
    const needed = bytes + READ_OUTCOME_BYTES;
    if (needed > full.readsBytesLeft) return false;
    full.readsBytesLeft -= needed;
    return true;
  }

  #turnAway(entry: Entry, why: UnrecordedEntry['why']): JournalFull {
    const { since = entry.at, calls = 0, refusals = 0, notes = 0, why: first = why } = this.#unrecorded ?? {};
    this.#unrecorded = {
      since,
      until: entry.at,
      why: first,
      calls: calls + Number(entry.kind === 'call'),
      refusals: refusals + Number(entry.kind === 'refusal'),
      notes: notes + Number(entry.kind === 'note'),
    };
    return new JournalFull(`Failed to append a ${entry.kind} to the journal: ${WORDS[why]}. Refuse it.`, why);
  }

  #probeLater(): void {
    if (this.#closed) return;
    this.#callOff = this.#parts.timers.after(PROBE_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const isWhole = await this.#parts.reserve.refill();
    if (this.#closed) return;
    if (!isWhole) return this.#probeLater();
    this.#full = undefined;
    this.#parts.onChange(OK);
    this.#parts.onRoom();
  }
}

const OK = { kind: 'ok' } as const;

const WORDS: Readonly<Record<UnrecordedEntry['why'], string>> = {
  disk_full: 'the disk is full',
  disk_behind: 'too much waits for the disk',
};
