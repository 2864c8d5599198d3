import { createHash } from 'node:crypto';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { VerifierKey } from './checkpoint/verify-note.ts';
import type { Recorded } from './entry.ts';
import { CheckpointCheck, type CheckpointCounts, type KeptCheckpoint } from './verify-checkpoints.ts';

/**
 * Checks every byte of a journal (I7), from raw bytes, sharing no code with those who write and read it: a fault in the
 * one cannot hide in the other. This file is the whole specification of the format for anyone who wants to check it again
 * in another language.
 *
 * What is promised:
 * - Any change of bytes, any line moved, added or gone before the last one, and any missing segment before the last one is
 *   found, and `offset` lies in the first line that does not hold. Where a single byte was changed it is never behind it:
 *   it is that byte where it breaks the frame (`{"seq":N,"…,"hash":"…"}` and the line feed) or is one that no record can
 *   hold, and the start of its line where only the hash tells.
 * - A last line that is not finished is what a crash leaves: reported as `torn`, not as tampering.
 *
 * - Every checkpoint in it covers exactly the records before it.
 *
 * What is not: records cut off at a line's end, or everything rewritten from some record on with fresh hashes, looks like
 * a journal that ended there. To find that, keep its checkpoints elsewhere and pass them as `checkpoints`, or note `seq`
 * and `hash` of a record and pass them as `expect`: each stands for every record before it.
 */
export async function verifyJournal(dir: string, options: VerifyOptions = {}): Promise<Verification> {
  const { expect, checkpoints, key } = options;
  const check = new CheckpointCheck(checkpoints, key);
  const chain: Chain = { seq: 0, hash: '0'.repeat(64), at: 0, epoch: 0, line: 0, end: 0, check };
  const names = (await readdir(path.join(dir, DIRECTORY)).catch(absent))
    .filter((name) => name.endsWith(EXTENSION))
    .sort();
  let torn: Torn | undefined;
  for (const [index, name] of names.entries()) {
    const file = path.join(DIRECTORY, name);
    const handle = await open(path.join(dir, file));
    try {
      const found = await verifySegment(handle, file, chain, expect);
      if (found !== undefined && 'problem' in found) return found;
      if (found !== undefined && index < names.length - 1) {
        return bad(file, found.offset, chain, 'the segment ends in the middle of a line, and others follow');
      }
      torn = found;
    } finally {
      await handle.close();
    }
  }
  if (expect !== undefined && chain.seq < expect.seq) {
    const last = path.join(DIRECTORY, names.at(-1) ?? '');
    return bad(last, chain.end, chain, `the journal ends at record ${chain.seq}, but record ${expect.seq} was noted`);
  }
  const cut = check.end(chain.seq);
  if (cut !== undefined) return bad(path.join(DIRECTORY, names.at(-1) ?? ''), chain.end, chain, cut);
  const snapshot = await newestSnapshot(dir);
  if (snapshot > chain.seq) {
    const last = path.join(DIRECTORY, names.at(-1) ?? '');
    return bad(
      last,
      chain.end,
      chain,
      `the journal ends at record ${chain.seq}, but a snapshot was taken of ${snapshot}`,
    );
  }
  const { seq: lastSeq, hash: lastHash } = chain;
  return {
    ok: true,
    records: lastSeq,
    segments: names.length,
    lastSeq,
    lastHash,
    ...(check.counts.made > 0 && { checkpoints: check.counts }),
    ...(torn === undefined ? {} : { torn }),
  };
}

/** The last record that a snapshot beside the journal was taken of; 0: none. It was on the disk before the snapshot was. */
async function newestSnapshot(dir: string): Promise<number> {
  const names = await readdir(path.join(dir, 'snapshots')).catch(absent);
  return Math.max(0, ...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
}

export interface VerifyOptions {
  /** A record that was noted elsewhere. */
  readonly expect?: { readonly seq: number; readonly hash: string };
  /** Checkpoints that were kept elsewhere. */
  readonly checkpoints?: readonly KeptCheckpoint[];
  /** Who must have signed the journal's own. */
  readonly key?: VerifierKey;
}

export type Verification =
  | {
      readonly ok: true;
      readonly records: number;
      readonly segments: number;
      /** 0: the journal is empty. */
      readonly lastSeq: number;
      readonly lastHash: string;
      /** The journal's own; absent where it has none. */
      readonly checkpoints?: CheckpointCounts;
      readonly torn?: Torn;
    }
  | Fault;

/** Bytes behind the last whole line. */
export interface Torn {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface Fault {
  readonly ok: false;
  /** Relative to the data directory. */
  readonly file: string;
  readonly offset: number;
  /** From 1, within the file. */
  readonly line: number;
  /** The record that was expected here. */
  readonly seq: number;
  readonly problem: string;
  readonly hint: string;
}

/** What the lines so far amount to. */
interface Chain {
  /** The last record: records are numbered from 1 without gaps, so this is also how many there are. */
  seq: number;
  hash: string;
  at: number;
  epoch: number;
  /** The line in hand, and where the last good one ended, in the segment in hand. */
  line: number;
  end: number;
  readonly check: CheckpointCheck;
}

const DIRECTORY = 'segments';
const EXTENSION = '.ndjson';
const NAME = /^(\d{12})-(\d{6})\.ndjson$/;
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const TAIL_FORM = `,"hash":"${'0'.repeat(64)}"}`;
/** Where the 64 digits begin, counted from the line's end. */
const HASH_FROM_END = 66;
const CHUNK_BYTES = 1024 * 1024;
/** No line is longer; what is, is not a line. */
const LINE_BYTES_MAX = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;
const FIRST_PRINTABLE = 0x20;
const HINT = 'Keep this directory as it is, and compare it with a copy. A record from here on proves nothing.';

async function verifySegment(
  handle: FileHandle,
  file: string,
  chain: Chain,
  expect: VerifyOptions['expect'],
): Promise<Fault | Torn | undefined> {
  const name = NAME.exec(path.basename(file));
  if (name === null) {
    return bad(file, 0, chain, 'the segment is not named FIRSTSEQ-EPOCH.ndjson');
  }
  chain.line = 1;
  chain.end = 0;
  const epoch = Number(name[2]);
  if (Number(name[1]) !== chain.seq + 1) {
    return bad(file, 0, chain, `its name begins at record ${Number(name[1])}, but ${chain.seq + 1} comes next`);
  }
  if (epoch < chain.epoch || epoch === 0)
    return bad(file, 0, chain, `epoch ${epoch} comes behind epoch ${chain.epoch}`);

  let rest: Buffer = Buffer.alloc(0);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) break;
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const fault = verifyLine(bytes.subarray(start, end), chain, epoch);
      if (fault !== undefined) return bad(file, chain.end + fault.at, chain, fault.problem);
      if (chain.seq === expect?.seq && chain.hash !== expect.hash) {
        return bad(file, chain.end, chain, `record ${chain.seq} is not the one that was noted: history was rewritten`);
      }
      chain.line += 1;
      chain.end += end + 1 - start;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) return bad(file, chain.end, chain, 'no line can be this long');
  }
  return rest.length === 0 ? undefined : verifyRest(rest, file, chain);
}

/** Takes a line over into the chain, or says what is wrong with it and where in it. */
function verifyLine(line: Buffer, chain: Chain, epoch: number): { at: number; problem: string } | undefined {
  const seq = chain.seq + 1;
  const strange = strangeByte(line, seq);
  if (strange !== undefined) return { at: strange, problem: `record ${seq} does not have the form of a record` };
  const claimed = line.toString('latin1', line.length - HASH_FROM_END, line.length - HASH_FROM_END + 64);
  if (hashOf(chain.hash, line) !== claimed)
    return { at: 0, problem: `the hash of record ${seq} does not match its bytes` };

  const record = parse(line);
  if (record === undefined) return { at: 0, problem: `record ${seq} is not JSON` };
  if (!(record.at >= chain.at)) return { at: 0, problem: `record ${seq} is from before the one in front of it` };
  const begins = epoch > chain.epoch;
  if (begins !== (record.kind === 'recovery') || (record.kind === 'recovery' && record.epoch !== epoch)) {
    return {
      at: 0,
      problem: `record ${seq}: a recovery record of its epoch must begin every epoch, and stand nowhere else`,
    };
  }
  const denied = chain.check.take(line, record, seq);
  if (denied !== undefined) return { at: 0, problem: denied };
  chain.seq = seq;
  chain.hash = claimed;
  chain.at = record.at;
  chain.epoch = epoch;
  return undefined;
}

/** The first byte that cannot stand where it does in record `seq`, whatever the record says. */
function strangeByte(line: Buffer, seq: number): number | undefined {
  const head = `{"seq":${seq},"`;
  for (let at = 0; at < head.length; at += 1) if (line[at] !== head.charCodeAt(at)) return at;
  for (let at = 0; at < line.length; at += 1) if ((line[at] as number) < FIRST_PRINTABLE) return at;
  const tail = line.length - TAIL_FORM.length;
  if (tail < head.length) return 0;
  for (let at = 0; at < TAIL_FORM.length; at += 1) {
    const byte = String.fromCharCode(line[tail + at] ?? 0);
    if (TAIL_FORM[at] === '0' ? !/[0-9a-f]/.test(byte) : byte !== TAIL_FORM[at]) return tail + at;
  }
  return undefined;
}

/** What stands behind the last line feed: the start of a line, unless it is a whole one whose line feed was changed. */
function verifyRest(rest: Buffer, file: string, chain: Chain): Fault | Torn {
  const whole = rest.subarray(0, -1);
  const claimed = TAIL.exec(whole.toString('latin1', Math.max(0, whole.length - TAIL_FORM.length)))?.[1];
  if (claimed !== undefined && hashOf(chain.hash, whole) === claimed) {
    return bad(file, chain.end + whole.length, chain, `record ${chain.seq + 1} is whole, but no line feed ends it`);
  }
  return { file, offset: chain.end, bytes: rest.length };
}

function hashOf(previous: string, line: Buffer): string {
  return createHash('sha256').update(previous).update(line.subarray(0, -TAIL_FORM.length)).digest('hex');
}

function parse(line: Buffer): Recorded | undefined {
  try {
    return JSON.parse(line.toString()) as Recorded;
  } catch {
    return undefined;
  }
}

function bad(file: string, offset: number, { line, seq }: Chain, problem: string): Fault {
  return { ok: false, file, offset, line, seq: seq + 1, problem, hint: HINT };
}

/** A data directory that was never written to holds an empty journal. */
function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
