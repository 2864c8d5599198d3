import type { Timers } from '../std/timers.ts';
import type { Engine } from '../engine/engine.ts';
import type { Disk } from './disk.ts';
import type { Entry } from './entry.ts';
import type { Grants } from './grants.ts';
import type { Lock } from './lock.ts';
import type { Outbox } from './outbox.ts';
import { takeSnapshot, writeSnapshot } from './snapshot.ts';
import type { Appended, Head, JournalWriter } from './writer.ts';

/** About half a second of folding after a crash, at the cost of one pause per this many records. */
export const SNAPSHOT_EVERY = 100_000;

export interface JournalParts {
  readonly dir: string;
  readonly disk: Disk;
  readonly timers: Timers;
  readonly lock: Lock;
  readonly writer: JournalWriter;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly outbox: Outbox;
  readonly recordedDigest: string | null;
  readonly snapshotEvery: number;
}

/**
 * A journal that is open for writing, beside the state that it amounts to.
 *
 * Whoever appends an entry also applies it to the engine and the grants, in the journal's order: in the same synchronous
 * step or, for an entry of an operator, as soon as it is durable. Snapshots rest on that: one is taken only while no
 * operator's entry is between the two.
 */
export class Journal {
  readonly #parts: JournalParts;
  #recordedDigest: string | null;
  #snapshotDueAt: number;
  #snapshot: Promise<void> | undefined;
  /** Operators' entries that may not have been applied yet. */
  #unapplied = 0;
  #closed: Promise<void> | undefined;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#recordedDigest = parts.recordedDigest;
    this.#snapshotDueAt = parts.writer.head.seq + parts.snapshotEvery;
  }

  get head(): Head {
    return this.#parts.writer.head;
  }

  /** See {@link JournalWriter.append}. */
  append(entry: Entry): Appended {
    const { writer, outbox, timers } = this.#parts;
    const appended = writer.append(entry);
    outbox.heard(entry, appended);
    if (entry.kind === 'policy') this.#recordedDigest = entry.digest;
    if (isOperators(entry)) this.#awaitApplied(appended);
    if (appended.seq >= this.#snapshotDueAt) {
      this.#snapshotDueAt = appended.seq + this.#parts.snapshotEvery;
      timers.soon(() => this.#snapshotNow());
    }
    return appended;
  }

  /** Resolves once everything appended so far is durable. */
  durable(): Promise<void> {
    return this.#parts.writer.durable();
  }

  /** Writes what is pending and a last snapshot, then lets the next writer in. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    const { writer, lock, timers } = this.#parts;
    try {
      await writer.close();
      // What waited for the last batch applies its entry before the snapshot is taken.
      await new Promise<void>((resolve) => timers.soon(resolve));
      await this.#snapshot;
      this.#snapshotNow();
      await this.#snapshot;
    } finally {
      lock.release();
    }
  }

  #awaitApplied(appended: Appended): void {
    this.#unapplied += 1;
    // After a failure nothing is applied any more, nor snapshot.
    appended.durable().then(
      () => this.#parts.timers.soon(() => (this.#unapplied -= 1)),
      () => undefined,
    );
  }

  /** Skipped where it is not the moment; the next is never far. A snapshot that cannot be written is only a slower start. */
  #snapshotNow(): void {
    const { dir, disk, writer, engine, grants, outbox } = this.#parts;
    if (this.#snapshot !== undefined || this.#unapplied > 0) return;
    const { seq, hash, at } = writer.head;
    const text = takeSnapshot({ seq, hash, at, engine, grants, outbox, recordedDigest: this.#recordedDigest });
    this.#snapshot = writer
      .durable()
      .then(() => writeSnapshot(dir, seq, text, disk))
      .catch(() => undefined)
      .finally(() => (this.#snapshot = undefined));
  }
}

function isOperators(entry: Entry): boolean {
  return OPERATORS.has(entry.kind);
}

const OPERATORS: ReadonlySet<Entry['kind']> = new Set(['grant', 'revoke', 'freeze', 'assent', 'resume', 'review']);
