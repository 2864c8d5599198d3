import path from 'node:path';
import { claimedHash, LINE_BYTES_MAX, SYNCED } from './chain.ts';
import type { Disk } from './disk.ts';
import { JournalDamaged } from './errors.ts';
import { segmentsIn } from './read.ts';
import { QUARANTINE_DIRECTORY, SEGMENTS_DIRECTORY, tornName, type Segment } from './segments.ts';

/** A torn tail in `quarantine/`. */
export interface Quarantined {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Moves a torn tail aside, byte for byte, and cuts the segment behind its last whole line. Answers which torn tails no
 * `recovery` record has told of yet: this one, and those of starts that crashed before they could write theirs.
 *
 * A tail is torn when a crash can have left it: the last segment ends in the middle of a line, or whole sectors of what was
 * written last are NULs, which is how bytes look that never reached the disk, and which no record can hold; sectors reach it in
 * any order. Nothing else is. A whole last line with a wrong hash, a wrong last byte or a stray NUL, and NULs before a line
 * that was written when they were on the disk ({@link SYNCED}), may have been acknowledged and changed since: reading stops there.
 */
export function mendTail(dir: string, disk: Disk): readonly Quarantined[] {
  const segments = segmentsIn(dir, disk);
  const last = segments.at(-1);
  if (last === undefined) return [];
  quarantineTorn(dir, last, disk);
  // What is read from here on is what everything rests on: a power failure must not take it any more.
  disk.rewrite(path.join(dir, SEGMENTS_DIRECTORY, last.name));

  // A start that tells of a torn tail writes that behind it, so one at the very end of the journal is not told of yet.
  const untold: Quarantined[] = [];
  for (const segment of segments.toReversed()) {
    const size = disk.size(path.join(dir, SEGMENTS_DIRECTORY, segment.name)) ?? 0;
    const file = path.join(QUARANTINE_DIRECTORY, tornName(segment, size));
    const torn = disk.size(path.join(dir, file));
    if (torn !== undefined) untold.unshift({ file, bytes: torn });
    if (size > 0) break;
  }
  return untold;
}

function quarantineTorn(dir: string, segment: Segment, disk: Disk): void {
  const file = path.join(dir, SEGMENTS_DIRECTORY, segment.name);
  const size = disk.size(file) ?? 0;
  const end = wholeUntil(file, size, disk);
  if (end === size) return;
  const quarantine = path.join(dir, QUARANTINE_DIRECTORY);
  disk.makeDirectory(quarantine);
  disk.syncDirectory(dir);
  // The copy is safe before the original goes; a crash in between copies the same bytes again.
  disk.write(path.join(quarantine, tornName(segment, end)), disk.read(file, end, size));
  disk.syncDirectory(quarantine);
  disk.truncate(file, end);
}

/** Where the torn tail begins; the file's size where there is none. */
function wholeUntil(file: string, size: number, disk: Disk): number {
  const start = Math.max(0, size - 2 * LINE_BYTES_MAX);
  const bytes = disk.read(file, start, size);
  const hole = lackingSectors(bytes, start);
  const torn = hole === undefined ? bytes.length : bytes.lastIndexOf(LINE_FEED, hole) + 1;
  if (torn < bytes.length) return BATCH.test(bytes.toString('latin1', torn)) ? size : start + torn;
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  if (end === 0 && start > 0) throw new JournalDamaged(file, start, 'no line ends where one must');
  if (bytes.at(-1) !== NUL && claimedHash(bytes.subarray(end, -1)) !== undefined) {
    throw new JournalDamaged(file, start + end, 'the last line is whole, but no line feed ends it');
  }
  return start + end;
}

/** Where the first sectors are that never reached the disk: a run of NULs that begins and ends with one, or with a line. */
function lackingSectors(bytes: Buffer, offset: number): number | undefined {
  for (let at = bytes.indexOf(NUL); at !== -1; at = bytes.indexOf(NUL, at)) {
    const from = at;
    while (bytes[at] === NUL) at += 1;
    const begins = from === 0 || bytes[from - 1] === LINE_FEED || (offset + from) % SECTOR_BYTES === 0;
    const ends = at === bytes.length || (offset + at) % SECTOR_BYTES === 0;
    if (begins && ends) return from;
  }
  return undefined;
}

/** How the first line of a batch begins, behind the line feed of the one before. */
const BATCH = new RegExp(String.raw`\n\{"seq":\d+,` + SYNCED);
const LINE_FEED = 0x0a;
const NUL = 0x00;
/** The least that any disk writes at once. */
const SECTOR_BYTES = 512;
