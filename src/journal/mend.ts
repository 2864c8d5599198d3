import path from 'node:path';
import { claimedHash, LINE_BYTES_MAX } from './chain.ts';
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
 * A tail is torn when a crash can have left it: the last segment ends in the middle of a line, or its last line holds whole
 * sectors of NULs, which is how bytes look that never reached the disk, and which no record can hold. Nothing else is: a
 * whole last line with a wrong hash, a wrong last byte or a stray NUL may have been acknowledged and changed since, and
 * reading stops at it.
 */
export function mendTail(dir: string, disk: Disk): readonly Quarantined[] {
  const segments = segmentsIn(dir, disk);
  const last = segments.at(-1);
  if (last === undefined) return [];
  quarantineTorn(dir, last, disk);

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
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  if (end === 0 && start > 0) throw new JournalDamaged(file, start, 'no line ends where one must');
  if (end < bytes.length) {
    const last = bytes.at(-1);
    if (last !== NUL && claimedHash(bytes.subarray(end, -1)) !== undefined) {
      throw new JournalDamaged(file, start + end, 'the last line is whole, but no line feed ends it');
    }
    return start + end;
  }
  const lastLine = end < 2 ? 0 : bytes.lastIndexOf(LINE_FEED, end - 2) + 1;
  return lacksSectors(bytes, lastLine, start) ? start + lastLine : size;
}

/** Whether sectors of a line never reached the disk: a run of NULs that begins and ends with one, or with the line. */
function lacksSectors(bytes: Buffer, line: number, offset: number): boolean {
  for (let at = bytes.indexOf(NUL, line); at !== -1; at = bytes.indexOf(NUL, at)) {
    const from = at;
    while (bytes[at] === NUL) at += 1;
    const begins = from === line || (offset + from) % SECTOR_BYTES === 0;
    const ends = at === bytes.length || (offset + at) % SECTOR_BYTES === 0;
    if (begins && ends) return true;
  }
  return false;
}

const LINE_FEED = 0x0a;
const NUL = 0x00;
/** The least that any disk writes at once. */
const SECTOR_BYTES = 512;
