import { fail, ok, type Result } from '../../std/result.ts';
import type { Entry } from '../entry.ts';
import { consistencyPath, inclusionPath, RangeHashes, type LeafRange } from '../merkle/proof-path.ts';
import { LeafHasher, toBase64 } from '../merkle/tree-hash.ts';
import { rawLines } from '../read.ts';
import type { ConsistencyFile, InclusionFile } from './proof-file.ts';

/** A checkpoint's size and text, wherever it came from. */
export interface ProvenUnder {
  readonly size: number;
  readonly note: string;
}

/** What the first pass finds: the lines that concern a call, and the journal's checkpoints. */
interface Found {
  readonly records: { readonly line: string; readonly index: number }[];
  newest: ProvenUnder | undefined;
}

/**
 * Proves what the journal says of a call: every record that names it, each with its path to a checkpoint's root. The file
 * is not checked here: whoever hands it out verifies it first, which also tells a journal that was changed.
 *
 * Reads the journal twice, and keeps one hash for each step of a path: a long journal takes time, and no memory.
 *
 * @param under the checkpoint to prove it by; absent: the journal's newest
 */
export function proveCall(dir: string, call: string, under?: ProvenUnder): Result<InclusionFile, string> {
  const found = find(dir, call);
  const checkpoint = under ?? found.newest;
  if (found.records.length === 0) return fail(`no record in \`${dir}\` names the call ${call}`);
  if (checkpoint === undefined) {
    return fail(`the journal in \`${dir}\` has no checkpoint: its policy had no \`checkpoints\` when it was written`);
  }
  const covered = found.records.filter(({ index }) => index < checkpoint.size);
  if (covered.length === 0) {
    return fail(`the checkpoint covers ${checkpoint.size} records, and ${call} came later; prove it by the next one`);
  }
  const paths = covered.map(({ index }) => inclusionPath(index, checkpoint.size));
  const hashes = hashesOf(dir, paths.flat());
  const records = covered.map((record, at) => ({ ...record, path: hashes(paths[at] ?? []) }));
  return ok({ format: 'interlock-inclusion/1', call, checkpoint: checkpoint.note, records });
}

/** Proves that one checkpoint's log is the beginning of another's. */
export function proveConsistency(dir: string, old: ProvenUnder, grown: ProvenUnder): ConsistencyFile {
  const ranges = old.size === 0 ? [] : consistencyPath(old.size, grown.size);
  const path = hashesOf(dir, ranges)(ranges);
  return { format: 'interlock-consistency/1', old: old.note, new: grown.note, path };
}

function find(dir: string, call: string): Found {
  const found: Found = { records: [], newest: undefined };
  const named = Buffer.from(JSON.stringify(call));
  let index = 0;
  for (const bytes of rawLines(dir)) {
    if (bytes.includes(CHECKPOINT)) {
      const entry = JSON.parse(bytes.toString()) as Entry;
      if (entry.kind === 'checkpoint') found.newest = { size: entry.size, note: entry.note };
    } else if (bytes.includes(named)) {
      const line = bytes.toString();
      if (concerns(JSON.parse(line) as Entry, call)) found.records.push({ line, index });
    }
    index += 1;
  }
  return found;
}

/** Whatever a record quotes has its quotes escaped: nothing but a checkpoint is likely to hold these bytes. */
const CHECKPOINT = Buffer.from('"kind":"checkpoint"');

/** Those that say what became of a call: not those that merely mention it, like the page of a freeze that it caused. */
function concerns(entry: Entry, call: string): boolean {
  switch (entry.kind) {
    case 'call':
    case 'outcome':
    case 'review':
      return entry.call === call;
    case 'recovery':
      return entry.unknown.some((id) => id === call);
    default:
      return false;
  }
}

/** The hashes of the ranges, in base64. One that the journal is too short for is left empty, and will not verify. */
function hashesOf(dir: string, ranges: readonly LeafRange[]): (path: readonly LeafRange[]) => string[] {
  const hashes = new RangeHashes(ranges);
  const end = Math.max(0, ...ranges.map(({ to }) => to));
  const hasher = new LeafHasher();
  let index = 0;
  for (const bytes of rawLines(dir)) {
    if (index === end) break;
    if (hashes.wants(index)) hashes.add(index, hasher.hash(bytes));
    index += 1;
  }
  return (path) => path.map((range) => toBase64(hashes.of(range) ?? ''));
}
