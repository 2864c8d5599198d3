import path from 'node:path';
import { hash as digest } from 'node:crypto';
import { assert } from '../std/assert.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { Engine } from '../engine/engine.ts';
import type { Policy } from '../engine/policy.ts';
import { disk as realDisk, type Disk } from './disk.ts';
import { callOf, intentOf, type Intent } from './facts.ts';
import { Fold } from './fold.ts';
import { Grants, type GrantsJson } from './grants.ts';
import { Users, type User } from './users.ts';
import type { FrontierJson } from './merkle/frontier.ts';
import { JournalTree } from './merkle/journal-tree.ts';
import { Outbox, type OutboxJson } from './outbox.ts';
import { withoutSecrets } from './secrets.ts';
import { SNAPSHOTS_DIRECTORY, snapshotName, snapshotsAmong } from './segments.ts';

/** Must grow with every change of what a guard saves, so that no state is read under another meaning. */
export const SNAPSHOT_VERSION = 8;

/** The newest may be ahead of what a crash left of the journal; then the one before serves. */
export const SNAPSHOTS_KEPT = 2;

/**
 * A fold's state behind one record: a start need not read what came before it.
 *
 * Derived and disposable: it counts only for the policy it was made under and where its record truly stands in the
 * journal, and one that cannot be read is passed over. It is not under the journal's chain: whoever can write in the data
 * directory can write a snapshot too. Deleting `snapshots/` makes the next start fold every record.
 */
export interface Snapshot {
  readonly version: typeof SNAPSHOT_VERSION;
  /** The last record it includes. */
  readonly seq: number;
  readonly hash: string;
  readonly at: Instant;
  /** The policy the engine enforced. */
  readonly policyDigest: string;
  /** The policy the journal named last. */
  readonly recordedDigest: string | null;
  readonly engine: Json;
  readonly open: readonly Intent[];
  readonly grants: GrantsJson;
  readonly users: readonly User[];
  readonly outbox: OutboxJson;
  /** Of all records up to this one. */
  readonly tree: FrontierJson;
}

export interface SnapshotOf {
  readonly seq: number;
  readonly hash: string;
  readonly at: Instant;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly recordedDigest: string | null;
  readonly tree: JournalTree;
}

/** The snapshot as text: taken in one go, so that it is the state behind exactly one record. */
export function takeSnapshot(of: SnapshotOf): string {
  const { seq, hash, at, engine, grants, users, outbox, recordedDigest, tree } = of;
  assert(tree.size === seq, 'a snapshot is of one record, and so is its tree');
  const snapshot: Snapshot = {
    version: SNAPSHOT_VERSION,
    seq,
    hash,
    at,
    policyDigest: engine.policy.digest,
    recordedDigest,
    engine: engine.save(),
    open: [...engine.open()].map(intentOf),
    grants: grants.save(),
    users: users.save(),
    outbox: outbox.save(),
    tree: tree.save(),
  };
  const text = withoutSecrets(JSON.stringify(snapshot));
  return `${digest('sha256', text)}\n${text}\n`;
}

/**
 * Puts a snapshot in place, whole or not at all, and drops those that are too old to matter, with what an interrupted one
 * left. A crash that brings the dropped ones back does no harm.
 */
export async function writeSnapshot(dir: string, seq: number, text: string, disk: Disk = realDisk): Promise<void> {
  const directory = path.join(dir, SNAPSHOTS_DIRECTORY);
  disk.makeDirectory(directory);
  const file = path.join(directory, snapshotName(seq));
  const draft = `${file}${DRAFT}`;
  try {
    await disk.writeLater(draft, text);
    disk.rename(draft, file);
  } catch (error) {
    disk.remove(draft);
    throw error;
  }
  disk.syncDirectory(directory);
  const names = disk.names(directory);
  const old = snapshotsAmong(names).slice(SNAPSHOTS_KEPT).map(snapshotName);
  for (const name of [...old, ...names.filter(isDraft)]) disk.remove(path.join(directory, name));
}

/** There is one writer at a time, and it writes one snapshot at a time: every other draft is a dead one's. */
const DRAFT = '.tmp';
const isDraft = (name: string): boolean => name.endsWith(DRAFT);

/** The snapshots that were made under a policy, newest first. Whether they belong to the journal is the caller's question. */
export function snapshotsFor(dir: string, policyDigest: string, disk: Disk = realDisk): readonly Snapshot[] {
  const directory = path.join(dir, SNAPSHOTS_DIRECTORY);
  return snapshotsAmong(disk.names(directory))
    .map((seq) => readSnapshot(path.join(directory, snapshotName(seq)), disk))
    .filter((snapshot) => snapshot?.policyDigest === policyDigest)
    .filter((snapshot) => snapshot !== undefined);
}

/** The last record that any snapshot was taken of; 0: there is none. */
export function newestSnapshotSeq(dir: string, disk: Disk): number {
  return Math.max(0, ...snapshotsAmong(disk.names(path.join(dir, SNAPSHOTS_DIRECTORY))));
}

/** The fold that a snapshot was taken of; `undefined` where its guards cannot make sense of it. */
export function foldOf(snapshot: Snapshot, policy: Policy): Fold | undefined {
  const engine = new Engine(policy);
  try {
    engine.load(snapshot.engine, snapshot.open.map(callOf));
    const { at: lastAt, recordedDigest: policyDigest } = snapshot;
    const [grants, users] = [Grants.load(snapshot.grants), Users.load(snapshot.users)];
    const outbox = Outbox.load(snapshot.outbox);
    return new Fold(policy, { engine, grants, users, outbox, lastAt, policyDigest });
  } catch {
    return undefined;
  }
}

/** The tree of the records up to the snapshot's; `undefined` where it cannot be that. */
export function treeOf({ seq, tree }: Snapshot): JournalTree | undefined {
  try {
    return tree.size === seq ? new JournalTree(tree) : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` where the file is not what was written, by its own checksum, or is of another version. */
function readSnapshot(file: string, disk: Disk): Snapshot | undefined {
  try {
    const [checksum = '', text = ''] = disk.text(file).split('\n', 2);
    if (digest('sha256', text) !== checksum) return undefined;
    const snapshot = JSON.parse(text) as Snapshot;
    return snapshot.version === SNAPSHOT_VERSION ? snapshot : undefined;
  } catch {
    return undefined;
  }
}
