import path from 'node:path';
import fs from 'node:fs';
import type { Disk } from '../../journal/disk.ts';
import { JournalDamaged } from '../../journal/errors.ts';
import { readLines } from '../../journal/read.ts';
import { SEGMENTS_DIRECTORY } from '../../journal/segments.ts';
import { assert } from '../../std/assert.ts';
import { Entries, RECORDS_MAX } from '../archive/entries.ts';
import type { TailSegment } from '../tail.ts';
import type { PartRecorder } from '../tape/part-tape.ts';
import { mentionsOf } from '../why/mentions.ts';
import type { SealedSegment } from './manifest.ts';

/** What reading a run of segments gave. */
export interface Gathered {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly segments: readonly SealedSegment[];
  readonly policy: string | null;
  readonly entries: Entries;
  /** Where each record begins in its segment. */
  readonly offsets: Uint32Array;
}

interface Growing {
  readonly name: string;
  bytes: number;
  records: number;
  lastHash: string;
}

/** Places in a segment are 32 bits. */
const OFFSETS_MAX = 2 ** 32;
/** So much text is gathered before it is written. */
const TEXT_MAX = 1024 * 1024;

export interface Gathering {
  /** The digest in force before. */
  readonly policy: string | null;
  /** A file that gets one mention a line, `{"key":…,"role":…,"seq":…}`; absent: nobody needs them. */
  readonly mentions?: string;
  /** Takes every record in; absent: nobody needs its columns. */
  readonly recorder?: PartRecorder;
  /** The last record that is wanted; absent: the run's last. */
  readonly lastSeq?: number;
  readonly disk: Disk;
}

/**
 * Reads a run of segments: every line is checked against the chain, its place is noted, and what it mentions.
 *
 * @throws JournalDamaged with the first byte that does not hold
 */
export function gather(
  dir: string,
  run: readonly TailSegment[],
  { policy: before, mentions, recorder, lastSeq: until = Infinity, disk }: Gathering,
): Gathered {
  let policy = before;
  const wanted = new Map(run.map(({ name }, index) => [name, index]));
  const [first] = run;
  assert(first !== undefined, 'a run has a segment');
  const segments: Growing[] = [];
  const entries = new Entries();
  let offsets = new Uint32Array(256 * 1024);
  let records = 0;
  let [firstAt, lastAt] = [0, 0];
  const fd = mentions === undefined ? undefined : fs.openSync(mentions, 'w', 0o600);
  try {
    let text = '';
    for (const { record, line, segment, offset } of readLines(dir, { from: first.firstSeq, tail: 'live', disk })) {
      if (!wanted.has(segment.name)) {
        if (segments.length === 0) continue;
        break;
      }
      if (record.seq > until) break;
      let own = segments.at(-1);
      if (own?.name !== segment.name) segments.push((own = { name: segment.name, bytes: 0, records: 0, lastHash: '' }));
      own.bytes = offset + line.length + 1;
      own.records += 1;
      own.lastHash = record.hash;
      if (records === 0) firstAt = record.at;
      lastAt = record.at;
      if (record.kind === 'policy') policy = record.digest;
      recorder?.note(record);
      assert(records < RECORDS_MAX, 'a run of segments has no more records than an index can number');
      assert(offset < OFFSETS_MAX, 'a segment is far smaller than an index can point into');
      if (records === offsets.length) offsets = grown(offsets);
      offsets[records] = offset;
      for (const { key, role } of mentionsOf(record)) {
        entries.add(key, role, records);
        // What begins with a NUL is a shortcut of the index's own, and nobody's identifier.
        if (fd !== undefined && !key.startsWith('\0'))
          text += `{"key":${JSON.stringify(key.toWellFormed())},"role":"${role}","seq":${record.seq}}\n`;
      }
      records += 1;
      if (fd !== undefined && text.length > TEXT_MAX) {
        fs.writeFileSync(fd, text);
        text = '';
      }
    }
    if (fd !== undefined) fs.writeFileSync(fd, text);
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
  for (const [index, { name, bytes }] of run.entries()) demandWhole(dir, name, bytes, segments[index]);
  const lastSeq = first.firstSeq + records - 1;
  return {
    firstSeq: first.firstSeq,
    lastSeq,
    firstAt,
    lastAt,
    segments,
    policy,
    entries,
    offsets: offsets.slice(0, records),
  };
}

/** A closed segment ends with a whole line: nobody writes to it any more. */
function demandWhole(dir: string, name: string, bytes: number, read: Growing | undefined): void {
  if (read?.name === name && read.bytes === bytes) return;
  const offset = read?.name === name ? read.bytes : 0;
  throw new JournalDamaged(path.join(dir, SEGMENTS_DIRECTORY, name), offset, 'the line is not finished');
}

function grown(offsets: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(offsets.length * 2);
  larger.set(offsets);
  return larger;
}
