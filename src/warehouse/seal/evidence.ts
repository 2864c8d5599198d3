import path from 'node:path';
import type { Disk } from '../../journal/disk.ts';
import { JournalDamaged } from '../../journal/errors.ts';
import { SEGMENTS_DIRECTORY } from '../../journal/segments.ts';
import type { Part } from './manifest.ts';

/**
 * What is sealed must be what the evidence says: a segment that is gone, or of another length than it was, is damage.
 * Its bytes are checked when it is sealed, by `audit verify`, and one by one when a record is fetched.
 *
 * @throws JournalDamaged
 */
export function demandEvidence(dir: string, parts: readonly Part[], disk: Disk): void {
  for (const { name, bytes } of parts.flatMap(({ segments }) => segments)) {
    const file = path.join(dir, SEGMENTS_DIRECTORY, name);
    const size = disk.size(file);
    if (size === undefined) throw new JournalDamaged(file, 0, 'it was sealed, and is not there');
    if (size !== bytes)
      throw new JournalDamaged(file, Math.min(size, bytes), `it was sealed with ${bytes} bytes and has ${size}`);
  }
}
