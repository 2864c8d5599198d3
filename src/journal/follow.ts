import path from 'node:path';
import { LINE_BYTES_MAX } from './chain.ts';
import { disk as realDisk, type Disk } from './disk.ts';
import type { Recorded } from './entry.ts';
import { JournalDamaged } from './errors.ts';
import { segmentsIn } from './read.ts';
import { SEGMENTS_DIRECTORY, type Segment } from './segments.ts';

const CHUNK_BYTES = 256 * 1024;
/** How much is read at one look, so that whoever comes late does not take the whole journal into memory. */
const LOOK_BYTES_MAX = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** A place between two records: a segment by its first record, and how many of its bytes lie before. */
export interface Place {
  readonly segment: Segment | undefined;
  readonly offset: number;
}

/** Behind the last finished line of a journal, whoever writes it meanwhile. */
export function endOf(dir: string, disk: Disk = realDisk): Place {
  const segment = segmentsIn(dir, disk).at(-1);
  if (segment === undefined) return { segment, offset: 0 };
  const file = fileOf(dir, segment);
  let end = disk.size(file) ?? 0;
  while (end > 0) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const found = disk.read(file, start, end).lastIndexOf(LINE_FEED);
    if (found !== -1) return { segment, offset: start + found + 1 };
    end = start;
  }
  return { segment, offset: 0 };
}

/** The records before a place, the last first. Nothing of their chain is checked: `audit verify` is there for that. */
export function* recordsBackwards(dir: string, { segment, offset }: Place, disk: Disk = realDisk): Generator<Recorded> {
  if (segment === undefined) return;
  const before = segmentsIn(dir, disk).filter(
    ({ firstSeq, epoch }) => firstSeq < segment.firstSeq || epoch < segment.epoch,
  );
  yield* linesBackwards(fileOf(dir, segment), offset, disk);
  for (const earlier of before.toReversed()) {
    const file = fileOf(dir, earlier);
    yield* linesBackwards(file, disk.size(file) ?? 0, disk);
  }
}

function* linesBackwards(file: string, end: number, disk: Disk): Generator<Recorded> {
  let rest: Buffer = Buffer.alloc(0);
  let start = end;
  while (start > 0) {
    const from = Math.max(0, start - CHUNK_BYTES);
    const bytes = Buffer.concat([disk.read(file, from, start), rest]);
    start = from;
    let stop = bytes.length;
    // What stands behind the last line feed is not finished, or was taken with the piece before.
    for (
      let feed = bytes.lastIndexOf(LINE_FEED, stop - 1);
      feed !== -1;
      feed = feed === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, feed - 1)
    ) {
      if (feed + 1 < stop) yield parsed(bytes.subarray(feed + 1, stop), file, from + feed + 1);
      stop = feed;
    }
    rest = bytes.subarray(0, stop);
    if (rest.length > LINE_BYTES_MAX) throw new JournalDamaged(file, from, 'the line is longer than any can be');
  }
  if (rest.length > 0) yield parsed(rest, file, 0);
}

/** Reads what is added to a journal, from a place on, however often its writer changes. */
export class Follower {
  readonly #dir: string;
  readonly #disk: Disk;
  #place: Place;

  constructor(dir: string, place: Place, disk: Disk = realDisk) {
    this.#dir = dir;
    this.#place = place;
    this.#disk = disk;
  }

  /** The records that were finished since the last look, up to {@link LOOK_BYTES_MAX} of them; empty: there is nothing more yet. */
  look(): readonly Recorded[] {
    for (;;) {
      const { segment, offset } = this.#place;
      const records = segment === undefined ? [] : this.#read(segment, offset);
      if (records.length > 0) return records;
      const next = segmentsIn(this.#dir, this.#disk).find(
        (one) => segment === undefined || one.firstSeq > segment.firstSeq || one.epoch > segment.epoch,
      );
      if (next === undefined) return [];
      // Its writer may have finished lines between the look at them and the look at the directory.
      const late = segment === undefined ? [] : this.#read(segment, this.#place.offset);
      if (late.length > 0) return late;
      this.#place = { segment: next, offset: 0 };
    }
  }

  #read(segment: Segment, offset: number): readonly Recorded[] {
    const file = fileOf(this.#dir, segment);
    let bytes = this.#disk.read(file, offset, offset + LOOK_BYTES_MAX);
    // One line that is longer than a look: it is read whole, or is not finished.
    if (bytes.length === LOOK_BYTES_MAX && !bytes.includes(LINE_FEED)) {
      bytes = this.#disk.read(file, offset, offset + LINE_BYTES_MAX + 1);
    }
    const records: Recorded[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      records.push(parsed(bytes.subarray(start, end), file, offset + start));
      start = end + 1;
    }
    this.#place = { segment, offset: offset + start };
    return records;
  }
}

const fileOf = (dir: string, { name }: Segment): string => path.join(dir, SEGMENTS_DIRECTORY, name);

function parsed(line: Buffer, file: string, offset: number): Recorded {
  try {
    return JSON.parse(line.toString()) as Recorded;
  } catch {
    throw new JournalDamaged(file, offset, 'the line is no record');
  }
}
