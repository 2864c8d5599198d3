import { hashOfLeaf } from '../merkle/verify-hash.ts';
import { isConsistent } from '../merkle/verify-consistency.ts';
import { isIncluded } from '../merkle/verify-inclusion.ts';
import { verifyCheckpoint, type Checkpoint, type VerifierKey } from '../checkpoint/verify-note.ts';
import type { ConsistencyFile, InclusionFile, ProvenRecord } from './proof-file.ts';

/** What a proof proves, if it does. */
export type VerifiedProof =
  | {
      readonly ok: true;
      readonly kind: 'inclusion';
      readonly checkpoint: Checkpoint;
      readonly call: string;
      readonly records: readonly VerifiedRecord[];
    }
  | { readonly ok: true; readonly kind: 'consistency'; readonly old: Checkpoint; readonly new: Checkpoint }
  | { readonly ok: false; readonly problem: string };

/** A record that stands in the log. What it says was written by the door, and by nobody since. */
export interface VerifiedRecord {
  readonly seq: number;
  readonly record: { readonly kind: string; readonly at: number } & Readonly<Record<string, unknown>>;
}

/** More would be no proof of one call. */
const RECORDS_MAX = 1_000;
/** A path has a hash for each level of the tree, two at most where it proves growth. */
const PATH_MAX = 128;

/** Checks a proof by the log's verifier key alone: no journal, no network, and no code of those who make proofs. */
export function verifyProof(text: string, key: VerifierKey): VerifiedProof {
  const file = parsed(text);
  if (isInclusion(file)) return verifyInclusion(file, key);
  if (isConsistency(file)) return verifyGrowth(file, key);
  return bad('this is no proof file');
}

function verifyInclusion({ call, checkpoint: note, records }: InclusionFile, key: VerifierKey): VerifiedProof {
  const read = verifyCheckpoint(note, key);
  if (!read.ok) return bad(`the checkpoint in it does not hold: ${read.problem}`);
  const { checkpoint } = read;
  const verified: VerifiedRecord[] = [];
  for (const { line, index, path } of records) {
    const leaf = hashOfLeaf(Buffer.from(line));
    const proof = { leaf, index, size: checkpoint.size, path: path.map(bytesOf), root: checkpoint.root };
    if (!isIncluded(proof)) return bad(`record ${index + 1} is not in the log that the checkpoint is of`);
    const record = parsed(line) as VerifiedRecord['record'] & { readonly seq?: unknown };
    if (record?.seq !== index + 1) return bad(`record ${index + 1} says that it is another one`);
    if (!concerns(record, call)) return bad(`record ${index + 1} is in the log, but says nothing of ${call}`);
    verified.push({ seq: index + 1, record });
  }
  return { ok: true, kind: 'inclusion', checkpoint, call, records: verified };
}

/** A call's own records name it; the recovery that left its outcome unknown lists it. */
function concerns(record: VerifiedRecord['record'], call: string): boolean {
  if (record.kind === 'recovery') return Array.isArray(record.unknown) && record.unknown.includes(call);
  return record.call === call;
}

function verifyGrowth({ old, new: grown, path }: ConsistencyFile, key: VerifierKey): VerifiedProof {
  const [before, after] = [verifyCheckpoint(old, key), verifyCheckpoint(grown, key)];
  if (!before.ok) return bad(`the older checkpoint does not hold: ${before.problem}`);
  if (!after.ok) return bad(`the newer checkpoint does not hold: ${after.problem}`);
  const { size: oldSize, root: oldRoot } = before.checkpoint;
  const { size: newSize, root: newRoot } = after.checkpoint;
  if (!isConsistent({ oldSize, oldRoot, newSize, newRoot, path: path.map(bytesOf) })) {
    return bad(`the log of ${newSize} records is not shown to have grown from the one of ${oldSize}`);
  }
  return { ok: true, kind: 'consistency', old: before.checkpoint, new: after.checkpoint };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isInclusion(file: unknown): file is InclusionFile {
  const { format, call, checkpoint, records } = membersOf(file);
  return (
    format === 'interlock-inclusion/1' &&
    typeof call === 'string' &&
    typeof checkpoint === 'string' &&
    Array.isArray(records) &&
    records.length > 0 &&
    records.length <= RECORDS_MAX &&
    records.every(isProven)
  );
}

function isProven(record: unknown): record is ProvenRecord {
  const { line, index, path } = membersOf(record);
  return typeof line === 'string' && typeof index === 'number' && isPath(path);
}

function isConsistency(file: unknown): file is ConsistencyFile {
  const { format, old, new: grown, path } = membersOf(file);
  return format === 'interlock-consistency/1' && typeof old === 'string' && typeof grown === 'string' && isPath(path);
}

function isPath(path: unknown): path is readonly string[] {
  return Array.isArray(path) && path.length <= PATH_MAX && path.every((hash) => typeof hash === 'string');
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Base64 in its one proper spelling; anything else is no hash, and is refused as one of the wrong length. */
function bytesOf(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : Buffer.alloc(0);
}

function bad(problem: string): VerifiedProof {
  return { ok: false, problem };
}
