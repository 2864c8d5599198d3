import path from 'node:path';
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
      const file = path.join(dir, SEGMENTS_DIRECTORY, segment.name);
      const bytes = disk.size(file) ?? 0;
      return bytes === 0 ? [] : [{ ...segment, file, bytes }];
    });
}
