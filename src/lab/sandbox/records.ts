import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Entry, Recorded } from '../../journal/entry.ts';

/** A journal line, and where it ends, counted over all segments together. */
export interface Placed<E extends Entry = Entry> {
  readonly record: Recorded<E>;
  readonly endsAt: number;
}

const SEGMENTS = 'segments';

/**
 * Every record of a journal, read from its plain files without the journal's own code: a second pair of eyes.
 * Segments are named so that the order of their names is the order of their records.
 */
export function readRecords(journalDir: string): readonly Placed[] {
  let before = 0;
  return segmentFiles(journalDir).flatMap((file) => {
    const bytes = readFileSync(file);
    const placed: Placed[] = [];
    for (let start = 0, end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      placed.push({ record: JSON.parse(bytes.toString('utf8', start, end)) as Recorded, endsAt: before + end + 1 });
      start = end + 1;
    }
    before += bytes.length;
    return placed;
  });
}

/** How much of a journal is on file right now. */
export function recordedBytes(journalDir: string): number {
  return segmentFiles(journalDir).reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Every file of a journal, whatever it is for. */
export function filesUnder(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}

const LINE_FEED = 0x0a;

function segmentFiles(journalDir: string): readonly string[] {
  const dir = path.join(journalDir, SEGMENTS);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => path.join(dir, name));
}

/** The records of one kind. */
export function recordsOf<Kind extends Entry['kind']>(
  placed: readonly Placed[],
  kind: Kind,
): readonly Placed<Extract<Entry, { kind: Kind }>>[] {
  type OfKind = Placed<Extract<Entry, { kind: Kind }>>;
  return placed.filter((one): one is OfKind => one.record.kind === kind);
}
