import path from 'node:path';
import type { Disk } from '../disk.ts';
import { readJournal, segmentsIn } from '../read.ts';
import { SEGMENTS_DIRECTORY } from '../segments.ts';

/**
 * What the journal's last start recorded of the vault's key; `undefined`: no start has needed one. Every start begins a
 * segment of its own with its `recovery` record, so nothing else has to be read.
 */
export function lastAnchor(dir: string, disk: Disk): string | undefined {
  for (const { name, firstSeq } of segmentsIn(dir, disk).toReversed()) {
    if ((disk.size(path.join(dir, SEGMENTS_DIRECTORY, name)) ?? 0) === 0) continue;
    const [first] = readJournal(dir, { from: firstSeq, tail: 'live', disk });
    if (first?.kind === 'recovery') return first.vault;
  }
  return undefined;
}
