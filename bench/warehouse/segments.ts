import { readdirSync } from 'node:fs';
import path from 'node:path';
import { SEGMENTS_DIRECTORY } from '../../src/journal/segments.ts';

/** The segments' paths, in order. */
export function segmentFilesOf(dir: string): readonly string[] {
  const segments = path.join(dir, SEGMENTS_DIRECTORY);
  return readdirSync(segments)
    .sort()
    .map((name) => path.join(segments, name));
}
