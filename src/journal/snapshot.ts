import fs from 'node:fs';
import path from 'node:path';
import { hash as digest } from 'node:crypto';
import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { Engine } from '../engine/engine.ts';
import type { Policy } from '../engine/policy.ts';
import { replaceFile } from './disk.ts';
import { callOf, intentOf, type Intent } from './facts.ts';
import { Fold } from './fold.ts';
import { Grants, type GrantsJson } from './grants.ts';
import { Outbox, type OutboxJson } from './outbox.ts';
import { SNAPSHOTS_DIRECTORY, snapshotName, snapshotsAmong } from './segments.ts';

/** Must grow with every change of what a guard saves, so that no state is read under another meaning. */
export const SNAPSHOT_VERSION = 2;

/** The newest may be ahead of what a crash left of the journal; then the one before serves. */
const SNAPSHOTS_KEPT = 2;

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
  readonly outbox: OutboxJson;
}

export interface SnapshotOf {
  readonly seq: number;
  readonly hash: string;
  readonly at: Instant;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly outbox: Outbox;
  readonly recordedDigest: string | null;
}

/** The snapshot as text: taken in one go, so that it is the state behind exactly one record. */
export function takeSnapshot({ seq, hash, at, engine, grants, outbox, recordedDigest }: SnapshotOf): string {
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
    outbox: outbox.save(),
  };
  const text = JSON.stringify(snapshot);
  return `${digest('sha256', text)}\n${text}\n`;
}

/** Puts a snapshot in place and drops those that are too old to matter. */
export async function writeSnapshot(dir: string, seq: number, text: string): Promise<void> {
  const directory = path.join(dir, SNAPSHOTS_DIRECTORY);
  fs.mkdirSync(directory, { recursive: true });
  await replaceFile(path.join(directory, snapshotName(seq)), text);
  for (const old of snapshotsAmong(fs.readdirSync(directory)).slice(SNAPSHOTS_KEPT)) {
    fs.rmSync(path.join(directory, snapshotName(old)), { force: true });
  }
}

/** The snapshots that were made under a policy, newest first. Whether they belong to the journal is the caller's question. */
export function snapshotsFor(dir: string, policyDigest: string): readonly Snapshot[] {
  const directory = path.join(dir, SNAPSHOTS_DIRECTORY);
  const seqs = fs.existsSync(directory) ? snapshotsAmong(fs.readdirSync(directory)) : [];
  return seqs
    .map((seq) => readSnapshot(path.join(directory, snapshotName(seq))))
    .filter((snapshot) => snapshot?.policyDigest === policyDigest)
    .filter((snapshot) => snapshot !== undefined);
}

/** The last record that any snapshot was taken of; 0: there is none. */
export function newestSnapshotSeq(dir: string): number {
  const directory = path.join(dir, SNAPSHOTS_DIRECTORY);
  return fs.existsSync(directory) ? Math.max(0, ...snapshotsAmong(fs.readdirSync(directory))) : 0;
}

/** The fold that a snapshot was taken of; `undefined` where its guards cannot make sense of it. */
export function foldOf(snapshot: Snapshot, policy: Policy): Fold | undefined {
  const engine = new Engine(policy);
  try {
    engine.load(snapshot.engine, snapshot.open.map(callOf));
    const { at: lastAt, recordedDigest: policyDigest } = snapshot;
    const [grants, outbox] = [Grants.load(snapshot.grants), Outbox.load(snapshot.outbox)];
    return new Fold(policy, { engine, grants, outbox, lastAt, policyDigest });
  } catch {
    return undefined;
  }
}

/** `undefined` where the file is not what was written, by its own checksum, or is of another version. */
function readSnapshot(file: string): Snapshot | undefined {
  try {
    const [checksum = '', text = ''] = fs.readFileSync(file, 'utf8').split('\n', 2);
    if (digest('sha256', text) !== checksum) return undefined;
    const snapshot = JSON.parse(text) as Snapshot;
    return snapshot.version === SNAPSHOT_VERSION ? snapshot : undefined;
  } catch {
    return undefined;
  }
}
