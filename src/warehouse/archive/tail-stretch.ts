import type { Disk } from '../../journal/disk.ts';
import type { Recorded } from '../../journal/entry.ts';
import { assert } from '../../std/assert.ts';
import type { TailSegment } from '../tail.ts';
import { linesWith, needlesOf, oddLines } from './needles.ts';
import type { SegmentReader } from './segment-reader.ts';
import type { Stretch } from './stretch.ts';

const LINE_FEED = 0x0a;
/** A tail up to this size is held in memory once it was looked into; a larger one is read again each time. */
export const HELD_BYTES_MAX = 256 * 1024 * 1024;

interface Scanned {
  readonly segment: TailSegment;
  /** Where each of its lines begins. */
  readonly starts: Uint32Array;
  readonly odd: readonly number[];
  bytes: Buffer | undefined;
}

export interface TailPlace {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Where its first line begins in the segment. */
  readonly from: number;
  /** The hash before the segment's first line. */
  readonly before: string;
  /** Whether its bytes are kept once they were read. */
  readonly isHeld: boolean;
  readonly disk: Disk;
  readonly reader: SegmentReader;
}

/** A segment, or its end, that nobody indexed: it is searched. What was written since it was looked at first is not in it. */
export class TailStretch implements Stretch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly #segment: TailSegment;
  readonly #place: TailPlace;
  #scanned: Scanned | undefined;

  constructor(segment: TailSegment, place: TailPlace) {
    this.firstSeq = place.firstSeq;
    this.lastSeq = place.lastSeq;
    this.#segment = segment;
    this.#place = place;
  }

  candidates(key: string): readonly number[] {
    const { starts, odd, bytes = this.#read() } = this.#scan();
    const needles = needlesOf(key);
    if (needles.length === 0) return Array.from(starts, (_, index) => this.firstSeq + index);
    const lines = new Set([...needles.flatMap((needle) => [...linesWith(bytes, needle)]), ...odd]);
    return [...lines].sort((a, b) => a - b).map((start) => this.firstSeq + lineAt(starts, start));
  }

  *after(key: string, seq: number): Generator<number> {
    const { starts, bytes = this.#read() } = this.#scan();
    const next = Math.max(0, seq + 1 - this.firstSeq);
    const from = starts[next];
    if (from === undefined) return;
    const [needle] = needlesOf(key);
    if (needle === undefined) for (let index = next; index < starts.length; index += 1) yield this.firstSeq + index;
    else for (const start of linesWith(bytes, needle, from)) yield this.firstSeq + lineAt(starts, start);
  }

  record(seq: number): Recorded {
    const { starts } = this.#scan();
    const index = seq - this.firstSeq;
    const start = starts[index];
    assert(start !== undefined, `record ${seq} is in ${this.#segment.name}`);
    const { from, before, reader } = this.#place;
    const next = starts[index + 1];
    return reader.record(
      this.#segment.file,
      from + start,
      next === undefined ? this.#segment.bytes : from + next,
      before,
    );
  }

  close(): void {
    this.#scanned = undefined;
  }

  #scan(): Scanned {
    if (this.#scanned !== undefined) return this.#scanned;
    const bytes = this.#read();
    const starts: number[] = [];
    for (let start = 0; start < bytes.length; start = bytes.indexOf(LINE_FEED, start) + 1) starts.push(start);
    const scanned = {
      segment: this.#segment,
      starts: Uint32Array.from(starts),
      odd: oddLines(bytes),
      bytes: this.#place.isHeld ? bytes : undefined,
    };
    return (this.#scanned = scanned);
  }

  #read(): Buffer {
    const { from, disk } = this.#place;
    return disk.read(this.#segment.file, from, this.#segment.bytes);
  }
}

/** Which line begins there. */
function lineAt(starts: Uint32Array, start: number): number {
  let [below, above] = [0, starts.length];
  while (below < above) {
    const middle = (below + above) >>> 1;
    if ((starts[middle] as number) < start) below = middle + 1;
    else above = middle;
  }
  return below;
}
