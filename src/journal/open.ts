import path from 'node:path';
import { assert } from '../std/assert.ts';
import type { Instant } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import type { Engine } from '../engine/engine.ts';
import type { CallId, RouteId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import type { ChannelTerms } from '../policy/notify.ts';
import type { Privacy } from '../policy/privacy/privacy.ts';
import { GENESIS_HASH } from './chain.ts';
import { disk as realDisk, type Disk } from './disk.ts';
import type { CheckpointSigner } from './checkpoint/signer.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import type { PolicyEntry, RecoveryEntry } from './entry.ts';
import { JournalDamaged, JournalFailed, JournalOfAnother } from './errors.ts';
import { Fold } from './fold.ts';
import type { Grants } from './grants.ts';
import { Journal, SNAPSHOT_EVERY } from './journal.ts';
import { takeLock } from './lock.ts';
import { JournalTree } from './merkle/journal-tree.ts';
import type { Outbox } from './outbox.ts';
import type { Users } from './users.ts';
import { mendTail, type Quarantined } from './mend.ts';
import { journalTime, type Uptime } from './elapsed.ts';
import { processes as realProcesses, type Processes } from './processes.ts';
import { lastStart, readLines, segmentsIn, type ReadLine } from './read.ts';
import { isFull, Reserve } from './reserve.ts';
import type { DiskState, ReadsOnFullDisk } from './room.ts';
import { SEGMENTS_DIRECTORY } from './segments.ts';
import { foldOf, newestSnapshotSeq, snapshotsFor, treeOf } from './snapshot.ts';
import { eventLoop } from './timers.ts';
import { pseudonymKey, recogniser, type Recognise } from './vault/recognise.ts';
import { vaultIn, type Vault } from './vault/vault.ts';
import { JournalWriter, type Head } from './writer.ts';

/** A compiled policy and the file it came from, whole, as the journal records it. */
export interface PolicyInForce {
  readonly policy: Policy;
  readonly file: string;
  readonly text: string;
  readonly includes?: Readonly<Record<string, string>>;
  readonly documents?: Readonly<Record<string, string>>;
  /** What of its traffic is personal data; absent: nothing. */
  readonly privacy?: Privacy;
  /** Who is told of what. */
  readonly notify?: readonly ChannelTerms[];
}

export interface OpenJournalOptions {
  /** The data directory; made where it does not exist. */
  readonly dir: string;
  readonly policy: PolicyInForce;
  /** What the wall's clock says. It counts only where nothing tells how much time has passed; see {@link journalTime}. */
  readonly now: () => Instant;
  /** How long the machine has been up; where absent, `now` is believed. */
  readonly uptime?: () => Uptime;
  /** The journal failed: nothing may be forwarded any more. Called once. */
  readonly onFailure: (error: JournalFailed) => void;
  readonly disk?: Disk;
  readonly timers?: Timers;
  readonly processes?: Processes;
  /** Who signs checkpoints; absent: there are none. */
  readonly signer?: CheckpointSigner;
  readonly segmentBytesMax?: number;
  readonly snapshotEvery?: number;
  /** How much of the disk is kept for the day it is full; 0 (default): what was kept is used, and nothing more is. */
  readonly reserveBytes?: number;
  /** What becomes of reads while the disk is full. Default: refuse. */
  readonly reads?: ReadsOnFullDisk;
  /** The disk is full, or has room again. */
  readonly onDisk?: (state: DiskState) => void;
  /** What could not be kept for later reading, or cleared up behind an erasure. Default: ignored. */
  readonly onFault?: (error: unknown) => void;
  /** Bytes that nobody can guess. Default: the machine's own. */
  readonly random?: (bytes: number) => Buffer;
  /** Mocks answer for the upstreams, or real ones do; absent: as it was before, and real ones in a new journal. */
  readonly mocked?: boolean;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** What the journal amounts to under the policy. */
  readonly engine: Engine;
  readonly grants: Grants;
  /** Who may enter the control room. */
  readonly users: Users;
  /** What people are still to be told. */
  readonly outbox: Outbox;
  /** Where personal data is kept; `null`: the policy names none, and none ever was. */
  readonly vault: Vault | null;
  /** The time of the last record: no clock of this journal may fall behind it. */
  readonly lastAt: Instant;
  readonly epoch: number;
  /** Mocks answer for the upstreams: nothing in it is evidence. */
  readonly mocked: boolean;
  /** The torn tails that were moved aside. */
  readonly quarantined: readonly Quarantined[];
  /** Writes what is pending and a snapshot, then lets the next writer in. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a data directory's journal for writing: takes the lock, moves a torn tail aside, folds what is there (from the
 * newest snapshot that fits, else from the first record), and records the takeover: calls that were open are unknown
 * from here on (I3). When it resolves, that record and the policy's are durable.
 *
 * Reads from the snapshot's segment on; older segments are the business of `verifyJournal`.
 *
 * On a full disk it opens on what is left of the reserve: kills can be recorded, writes are refused until there is room.
 *
 * @throws JournalLocked while another process writes it, JournalOfAnother where mocks would answer beside real upstreams, JournalDamaged where it does not read as it was written,
 *   JournalFailed where the disk is full and there is no reserve
 */
export async function openJournal(options: OpenJournalOptions): Promise<OpenedJournal> {
  try {
    return await open(options);
  } catch (error) {
    const cause = error instanceof JournalFailed ? error.cause : error;
    if (!isFull(cause)) throw error;
    const next = 'Free some space (64 MB are plenty), then start again; a journal that is only read needs none.';
    throw new JournalFailed(`Failed to open the journal in \`${options.dir}\`: the disk is full. ${next}`, { cause });
  }
}

async function open(options: OpenJournalOptions): Promise<OpenedJournal> {
  const { dir, policy, onFailure, segmentBytesMax, snapshotEvery = SNAPSHOT_EVERY } = options;
  const { disk = realDisk, timers = eventLoop, processes = realProcesses, signer } = options;
  const { onFault = () => undefined, random } = options;
  const { reserveBytes = 0, reads = 'refuse', onDisk = () => undefined } = options;
  const reserve = new Reserve(dir, disk, reserveBytes);
  const reserved = reserve.left;
  reserve.within(() => {
    disk.makeDirectory(path.join(dir, SEGMENTS_DIRECTORY));
    disk.syncDirectory(dir);
  });
  const epochAfter = Math.max(0, ...segmentsIn(dir, disk).map(({ epoch }) => epoch));
  const lock = reserve.within(() => takeLock(dir, epochAfter, { disk, processes }));
  let journal: Journal | undefined;
  try {
    const { epoch } = lock;
    const quarantined = reserve.within(() => mendTail(dir, disk));
    const start = lastStart(dir, disk);
    const mocked = mockedIn(options, start);
    const anchor = start?.vault;
    const hasRoom = (): boolean => journal?.disk.kind !== 'full';
    const machine = { disk, timers, hasRoom, ...(random !== undefined && { random }) };
    const wanted = { isWanted: (policy.privacy?.routes.size ?? 0) > 0, anchor };
    const vault = reserve.within(() => vaultIn(dir, wanted, onFault, machine));
    const recognise = recogniser(policy.privacy ?? NO_PRIVACY, pseudonymKey(dir, disk));
    const { fold, head, tree } = restore(dir, policy.policy, disk, recognise);
    refuseCut(dir, head.seq, disk);
    const { engine, grants, users, outbox } = fold;
    const { held } = lock;
    const sizes = segmentBytesMax === undefined ? {} : { segmentBytesMax };
    const onBatch = tree.finish.bind(tree);
    const room = { reserve, reads, onDisk };
    const calls = { held, onFailure, onBatch };
    const writer = new JournalWriter({ dir, epoch, head, disk, timers, ...calls, ...room, ...sizes });
    if (reserve.left < reserved || !(await reserve.refill())) writer.beginFull();
    const recordedDigest = fold.policyDigest;
    const state = { engine, grants, users, outbox, tree, recordedDigest };
    journal = new Journal({ dir, disk, timers, lock, writer, signer, snapshotEvery, ...state });
    const { at, clock } = momentOf(options, fold.lastAt, disk);
    const kept = anchored(vault?.check ?? anchor);
    const recovery = {
      kind: 'recovery',
      at,
      epoch,
      unknown: openCalls(engine),
      engine: ENGINE_VERSION,
      ...clock,
      ...kept,
      ...(mocked && { mocked }),
      ...told(quarantined),
    } as const;
    journal.append(recovery);
    fold.apply(recovery);
    if (fold.policyDigest !== policy.policy.digest) {
      journal.append(policyEntry(policy, at));
    }
    await journal.durable();
    const opened = journal;
    const close = async (): Promise<void> => {
      await vault?.close();
      await opened.close();
    };
    return { journal, engine, grants, users, outbox, vault, lastAt: at, epoch, mocked, quarantined, close };
  } catch (error) {
    await journal?.close().catch(() => undefined);
    lock.release();
    throw error;
  }
}

/** Whether mocks answer; a journal keeps to what it began with. */
function mockedIn({ dir, mocked }: OpenJournalOptions, start: RecoveryEntry | undefined): boolean {
  const before = start && start.mocked === true;
  if (before !== undefined && mocked !== undefined && before !== mocked) throw new JournalOfAnother(dir, before);
  return before ?? mocked ?? false;
}

/** When a start takes place: never behind the last record, and never ahead of the time that has passed where that is known. */
function momentOf(
  { dir, now, uptime: uptimeOf }: OpenJournalOptions,
  lastAt: Instant,
  disk: Disk,
): { readonly at: Instant; readonly clock: Pick<RecoveryEntry, 'clock'> } {
  const [wall, uptime] = [now(), uptimeOf?.()];
  if (uptime === undefined) return { at: Math.max(wall, lastAt), clock: {} };
  const at = Math.max(journalTime(dir, uptime, disk) ?? wall, lastAt);
  return { at, clock: { clock: { boot: uptime.boot, uptimeMs: Math.ceil(uptime.ms), wall } } };
}

function openCalls(engine: Engine): readonly CallId[] {
  return [...engine.open()].map(({ id }) => id);
}

/** The record of a policy that decides from here on; what it does without is not mentioned. */
export function policyEntry(
  { policy, file, text, includes = {}, documents = {}, notify = [] }: PolicyInForce,
  at: Instant,
  loaded: Pick<PolicyEntry, 'by' | 'proof'> = {},
): PolicyEntry {
  const channels = Object.fromEntries(notify.map(({ name, on }) => [name, on]));
  return {
    kind: 'policy',
    at,
    digest: policy.digest,
    file,
    text,
    ...(Object.keys(includes).length > 0 && { includes }),
    ...(Object.keys(documents).length > 0 && { documents }),
    ...(notify.length > 0 && { channels }),
    ...loaded,
  };
}

function anchored(vault: string | undefined): { readonly vault?: string } {
  return vault === undefined ? {} : { vault };
}

function told(quarantined: readonly Quarantined[]): object {
  const last = quarantined.at(-1);
  if (last === undefined) return {};
  return quarantined.length === 1
    ? { quarantined: last }
    : { quarantined: last, quarantinedBefore: quarantined.slice(0, -1) };
}

/** A snapshot is taken of what is durable: one that is ahead of the journal means that records are gone. */
function refuseCut(dir: string, lastSeq: number, disk: Disk): void {
  const newest = newestSnapshotSeq(dir, disk);
  if (newest <= lastSeq) return;
  const file = path.join(dir, SEGMENTS_DIRECTORY);
  throw new JournalDamaged(file, 0, `it ends at record ${lastSeq}, but a snapshot was taken of record ${newest}`);
}

interface Restored {
  readonly fold: Fold;
  readonly head: Head;
  readonly tree: JournalTree;
}

const NO_PRIVACY = { routes: new Map<RouteId, never>() };

const GENESIS: Head = { seq: 0, hash: GENESIS_HASH, at: 0 };

function restore(dir: string, policy: Policy, disk: Disk, recognise: Recognise): Restored {
  for (const snapshot of snapshotsFor(dir, policy.digest, disk)) {
    const [fold, tree] = [foldOf(snapshot, policy), treeOf(snapshot)];
    const lines = readLines(dir, { from: snapshot.seq, disk });
    const restored = fold && tree && foldBehind(fold, tree, snapshot, lines, recognise);
    if (restored !== undefined) return restored;
  }
  const whole = foldBehind(new Fold(policy), new JournalTree(), GENESIS, readLines(dir, { disk }), recognise);
  assert(whole !== undefined, 'a fold from the first record needs nothing before it');
  return whole;
}

/** Applies the records behind `start`; `undefined` where `start` itself is not among them. */
function foldBehind(
  fold: Fold,
  tree: JournalTree,
  start: Head,
  lines: Iterable<ReadLine>,
  recognise: Recognise,
): Restored | undefined {
  let head: Head | undefined = start.seq === 0 ? start : undefined;
  for (const { record, line } of lines) {
    if (record.seq > start.seq) {
      fold.apply(recognise(record));
      tree.add(line);
    } else if (record.seq < start.seq) continue;
    else if (record.hash !== start.hash) return undefined;
    head = { seq: record.seq, hash: record.hash, at: record.at };
  }
  return head && { fold, head, tree };
}
