import path from 'node:path';
import { claimedHash, LINE_BYTES_MAX, TAIL_BYTES } from '../journal/chain.ts';
import type { Disk } from '../journal/disk.ts';
import { segmentsIn } from '../journal/read.ts';
import { SEGMENTS_DIRECTORY, type Segment } from '../journal/segments.ts';

/** A segment that is not sealed, as far as it went when it was looked at. */
export interface TailSegment extends Segment {
  readonly file: string;
  readonly bytes: number;
}

/** The segments of which the first record is `fromSeq` or a later one, with what is in them now. Empty ones are passed over. */
export function tailOf(dir: string, fromSeq: number, disk: Disk): readonly TailSegment[] {
  return segmentsIn(dir, disk)
    .filter(({ firstSeq }) => firstSeq >= fromSeq)
    .flatMap((segment) => {
      const file = path.resolve(dir, SEGMENTS_DIRECTORY, segment.name);
      const bytes = disk.size(file) ?? 0;
      return bytes === 0 ? [] : [{ ...segment, file, bytes }];
    });
}

const LINE_FEED = 0x0a;
const LOOK_BYTES = 64 * 1024;

/** Where the last whole line of a live segment ends, and which record it is; `undefined` where there is none yet. */
export function wholeBytes(
  { file, bytes }: TailSegment,
  disk: Disk,
): { readonly bytes: number; readonly seq: number } | undefined {
  for (let look = LOOK_BYTES; ; look *= 8) {
    const start = Math.max(0, bytes - look);
    const end = disk.read(file, start, bytes);
    for (let until = end.lastIndexOf(LINE_FEED); until > 0; until = end.lastIndexOf(LINE_FEED, until - 1)) {
      const before = end.lastIndexOf(LINE_FEED, until - 1);
      if (before === -1 && start > 0) break;
      const line = end.subarray(before + 1, until);
      const seq = Number(/^\{"seq":(\d+),/.exec(line.toString('latin1', 0, SEQ_LOOK))?.[1]);
      if (claimedHash(line) !== undefined && Number.isSafeInteger(seq)) return { bytes: start + until + 1, seq };
    }
    if (start === 0 || look > 2 * LINE_BYTES_MAX) return undefined;
  }
}

/** `{"seq":` and any number. */
const SEQ_LOOK = 32;

/** The hash at the end of a segment that ends with a whole line. */
export function lastHashIn({ file, bytes }: TailSegment, disk: Disk): string | undefined {
  return claimedHash(disk.read(file, Math.max(0, bytes - TAIL_BYTES - 1), bytes - 1));
}
