import { assert } from '../std/assert.ts';
import type { Timers } from '../std/timers.ts';
import type { Engine } from '../engine/engine.ts';
import type { Disk } from './disk.ts';
import type { Instant } from '../std/clock.ts';
import type { CheckpointEntry, Entry } from './entry.ts';
import type { Grants } from './grants.ts';
import type { CommitWatcher, JournalHealth } from './health.ts';
import type { Lock } from './lock.ts';
import type { Outbox } from './outbox.ts';
import type { Users } from './users.ts';
import { signedCheckpoint } from './checkpoint/note.ts';
import type { CheckpointSigner } from './checkpoint/signer.ts';
import type { JournalTree } from './merkle/journal-tree.ts';
import { takeSnapshot, writeSnapshot } from './snapshot.ts';
import type { Appended } from './batch.ts';
import type { DiskState } from './room.ts';
import type { Head, JournalWriter } from './writer.ts';

/** About half a second of folding after a crash, at the cost of one pause per this many records. */
export const SNAPSHOT_EVERY = 100_000;

export type RecordListener = (entry: Entry, seq: number) => void;

export interface JournalParts {
  readonly dir: string;
  readonly disk: Disk;
  readonly timers: Timers;
  readonly lock: Lock;
  readonly writer: JournalWriter;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly users: Users;
  readonly outbox: Outbox;
  /** Fed by the writer, batch by batch. */
  readonly tree: JournalTree;
  /** `undefined`: nobody signs this journal's checkpoints, so there are none. */
  readonly signer: CheckpointSigner | undefined;
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
  /** Where the last checkpoint of this writer stands. */
  #checkpointSeq: number | undefined;
  #closed: Promise<void> | undefined;
  #listeners: readonly RecordListener[] = [];

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#recordedDigest = parts.recordedDigest;
    this.#snapshotDueAt = parts.writer.head.seq + parts.snapshotEvery;
  }

  get head(): Head {
    return this.#parts.writer.head;
  }

  /** What there is of the disk. */
  get disk(): DiskState {
    return this.#parts.writer.disk;
  }

  /** How its writer is. */
  get health(): JournalHealth {
    return this.#parts.writer.health;
  }

  /** See {@link JournalWriter.watch}; there is one watcher. */
  watch(watcher: CommitWatcher): void {
    this.#parts.writer.watch(watcher);
  }

  /**
   * Calls back with every entry as it takes its place, in the same step: before it is applied, and before it is on the disk.
   * A listener must neither append nor throw, and is on the way of every call. Gives what ends it.
   */
  listen(listener: RecordListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  /** See {@link JournalWriter.append}. */
  append(entry: Entry): Appended {
    const { writer, outbox, timers } = this.#parts;
    const appended = writer.append(entry);
    outbox.heard(entry, appended);
    for (const listener of this.#listeners) listener(entry, appended.seq);
    if (entry.kind === 'policy') this.#recordedDigest = entry.digest;
    if (isOperators(entry)) this.#awaitApplied(appended);
    // Those that are there are of the policy before: a start behind a crash would read the journal from its first record.
    if (entry.kind === 'policy' && entry.by !== undefined) this.#snapshotDueAt = appended.seq;
    if (appended.seq >= this.#snapshotDueAt) {
      this.#snapshotDueAt = appended.seq + this.#parts.snapshotEvery;
      timers.soon(() => this.#snapshotNow());
    }
    return appended;
  }

  /**
   * Signs what the journal holds so far, and appends that as its next record. It may leave the machine once it is durable,
   * and with it everything that it covers. `undefined` where nobody signs, or nothing came since the last one.
   */
  checkpoint(at: Instant): CheckpointEntry | undefined {
    const { signer, tree, writer } = this.#parts;
    const { seq: size, at: notBefore } = writer.head;
    if (signer === undefined || size === this.#checkpointSeq) return undefined;
    const root = this.#grownTree().root();
    const note = signedCheckpoint(signer, size, root);
    const entry: CheckpointEntry = { kind: 'checkpoint', at: Math.max(at, notBefore), size, root, note };
    assert(tree.size === size, 'a checkpoint covers every record before it');
    this.#checkpointSeq = this.append(entry).seq;
    return entry;
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

  /** The tree up to the last record: what waits to be written is not in it by itself. */
  #grownTree(): JournalTree {
    const { tree, writer } = this.#parts;
    tree.take(writer.pending);
    return tree;
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
    const { dir, disk, writer, engine, grants, users, outbox } = this.#parts;
    if (this.#snapshot !== undefined || this.#unapplied > 0 || writer.disk.kind === 'full') return;
    const { seq, hash, at } = writer.head;
    const [tree, recordedDigest] = [this.#grownTree(), this.#recordedDigest];
    let text: string;
    try {
      text = takeSnapshot({ seq, hash, at, engine, grants, users, outbox, recordedDigest, tree });
    } catch {
      // A state longer than any text can be, say: nobody is there to be told, and the door must go on.
      return;
    }
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

const OPERATORS: ReadonlySet<Entry['kind']> = new Set([
  'grant',
  'revoke',
  'freeze',
  'assent',
  'resume',
  'review',
  'user',
]);
