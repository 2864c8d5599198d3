import path from 'node:path';
import type { Instant } from '../std/clock.ts';
import { ChainHasher, claimedHash, GENESIS_HASH, LINE_BYTES_MAX, TAIL_BYTES } from './chain.ts';
import { disk as realDisk, type Disk } from './disk.ts';
import type { PolicyEntry, Recorded, RecoveryEntry } from './entry.ts';
import { JournalDamaged } from './errors.ts';
import { segmentIndexOf, SEGMENTS_DIRECTORY, segmentsAmong, type Segment } from './segments.ts';

export interface ReadOptions {
  /**
   * - `whole` (default): anything that is not a chain of whole lines is an error
   * - `live`: another process may be writing; reading ends before a line that is not finished
   */
  readonly tail?: 'whole' | 'live';
  /** Begins at the segment that holds this record, instead of the first. */
  readonly from?: number;
  readonly disk?: Disk;
}

/**
 * The records of a journal, in order, checked against the chain as they come. Memory is bounded by the longest line.
 * Can be read again: every iteration begins anew.
 *
 * @throws JournalDamaged while iterating, with the file and the offset of the line that does not hold
 */
export function readJournal(dir: string, options: ReadOptions = {}): Iterable<Recorded> {
  return { [Symbol.iterator]: () => records(dir, options) };
}

/** A record, and the bytes of its line without the line feed. */
export interface ReadLine {
  readonly record: Recorded;
  readonly line: Buffer;
  /** The segment it stands in, and its first byte there. */
  readonly segment: Segment;
  readonly offset: number;
}

/** {@link readJournal}, with the bytes. */
export function readLines(dir: string, options: ReadOptions = {}): Iterable<ReadLine> {
  return { [Symbol.iterator]: () => lines(dir, options) };
}

/** The finished lines of a journal as they lie there, in order, without their line feeds. Nothing about them is checked. */
export function* rawLines(dir: string, disk: Disk = realDisk): Generator<Buffer> {
  for (const { name } of segmentsIn(dir, disk)) {
    for (const { bytes, finished } of linesOf(path.join(dir, SEGMENTS_DIRECTORY, name), disk))
      if (finished) yield bytes;
  }
}

/** The records from a time on, and some before it: from the segment on that was being written then. */
export function readSince(dir: string, since: Instant, disk: Disk = realDisk): Iterable<Recorded> {
  const begun = segmentsIn(dir, disk).findLast(({ name, firstSeq }) => {
    const [first] = linesOf(path.join(dir, SEGMENTS_DIRECTORY, name), disk);
    return firstSeq === 1 || (first?.finished === true && (JSON.parse(first.bytes.toString()) as Recorded).at <= since);
  });
  return readJournal(dir, { tail: 'live', from: begun?.firstSeq ?? 1, disk });
}

/**
 * What the journal's last start recorded; `undefined`: nobody has opened it yet. Every start begins a segment of its own with
 * its `recovery` record, so nothing else has to be read.
 */
export function lastStart(dir: string, disk: Disk = realDisk): Recorded<RecoveryEntry> | undefined {
  for (const { name, firstSeq } of segmentsIn(dir, disk).toReversed()) {
    if ((disk.size(path.join(dir, SEGMENTS_DIRECTORY, name)) ?? 0) === 0) continue;
    const [first] = readJournal(dir, { from: firstSeq, tail: 'live', disk });
    if (first?.kind === 'recovery') return first;
  }
  return undefined;
}

/** Whether mocks answer for the upstreams in a journal; `undefined`: it is empty. */
export function isOfMocks(dir: string): boolean | undefined {
  const start = lastStart(dir);
  return start === undefined ? undefined : start.mocked === true;
}

/** The policy that a journal named last. */
export function lastPolicy(dir: string): PolicyEntry | undefined {
  let last: PolicyEntry | undefined;
  for (const entry of readJournal(dir, { tail: 'live' })) if (entry.kind === 'policy') last = entry;
  return last;
}

export function segmentsIn(dir: string, disk: Disk): readonly Segment[] {
  return segmentsAmong(disk.names(path.join(dir, SEGMENTS_DIRECTORY)));
}

function* records(dir: string, options: ReadOptions): Generator<Recorded> {
  for (const { record } of lines(dir, options)) yield record;
}

function* lines(dir: string, { tail = 'whole', from = 1, disk = realDisk }: ReadOptions): Generator<ReadLine> {
  const segments = segmentsIn(dir, disk);
  const first = Math.max(0, segmentIndexOf(segments, from));
  const hasher = new ChainHasher();
  let seq = first === 0 ? 1 : (segments[first] as Segment).firstSeq;
  let hash = first === 0 ? GENESIS_HASH : lastHash(dir, segments.slice(0, first), disk);
  for (const segment of segments.slice(first)) {
    const file = path.join(dir, SEGMENTS_DIRECTORY, segment.name);
    if (segment.firstSeq !== seq) {
      throw new JournalDamaged(file, 0, `it should begin with record ${seq}; a segment is missing or misnamed`);
    }
    for (const { bytes, offset, finished } of linesOf(file, disk)) {
      if (!finished && tail === 'live') return;
      const problem = finished ? fault(bytes, hash, hasher) : 'the line is not finished';
      if (problem !== undefined) throw new JournalDamaged(file, offset, problem);
      const record = JSON.parse(bytes.toString()) as Recorded;
      if (record.seq !== seq) throw new JournalDamaged(file, offset, `record ${record.seq} where ${seq} was expected`);
      seq += 1;
      hash = record.hash;
      yield { record, line: bytes, segment, offset };
    }
  }
}

function fault(line: Buffer, previous: string, hasher: ChainHasher): string | undefined {
  const claimed = claimedHash(line);
  if (claimed === undefined) return 'the line does not end with its hash';
  return hasher.expected(previous, line) === claimed ? undefined : 'the hash does not match';
}

/** The hash at the end of the last segment that holds a line. */
function lastHash(dir: string, segments: readonly Segment[], disk: Disk): string {
  for (const segment of segments.toReversed()) {
    const file = path.join(dir, SEGMENTS_DIRECTORY, segment.name);
    const size = disk.size(file) ?? 0;
    if (size === 0) continue;
    const claimed = claimedHash(disk.read(file, Math.max(0, size - TAIL_BYTES - 1), size - 1));
    if (claimed === undefined) throw new JournalDamaged(file, size, 'the last line does not end with its hash');
    return claimed;
  }
  return GENESIS_HASH;
}

interface RawLine {
  /** Without the line feed. */
  readonly bytes: Buffer;
  readonly offset: number;
  /** False for what stands behind the last line feed. */
  readonly finished: boolean;
}

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

function* linesOf(file: string, disk: Disk): Generator<RawLine> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for (;;) {
    const chunk = disk.read(file, offset + rest.length, offset + rest.length + CHUNK_BYTES);
    if (chunk.length === 0) break;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      yield { bytes: bytes.subarray(start, end), offset, finished: true };
      offset += end + 1 - start;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) throw new JournalDamaged(file, offset, 'the line is longer than any can be');
  }
  if (rest.length > 0) yield { bytes: rest, offset, finished: false };
}
