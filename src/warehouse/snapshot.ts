import path from 'node:path';
import type { Disk } from '../journal/disk.ts';
import { demandEvidence } from './seal/evidence.ts';
import { WAREHOUSE_DIRECTORY } from './seal/layout.ts';
import { readManifest, type Part } from './seal/manifest.ts';
import { VERSIONS } from './sql/tables.ts';
import { lastHashIn, tailOf, wholeBytes, type TailSegment } from './tail.ts';

/** A journal at one moment: what is sealed, and the segments behind that, as far as they went. Together they are every record once. */
export interface Snapshot {
  readonly dir: string;
  readonly parts: readonly Part[];
  readonly tail: readonly TailSegment[];
  /** What of the tail's first segment is indexed. */
  readonly live: Part | undefined;
  /** The last record; 0: there is none. */
  readonly lastSeq: number;
}

/**
 * What is there now. The manifest is read first: what is sealed afterwards is read from its segments, which stay.
 *
 * @throws JournalDamaged where what was sealed is not there any more
 */
export function snapshotOf(dir: string, disk: Disk): Snapshot {
  const { parts = [], live } = readManifest(dir, VERSIONS, disk) ?? {};
  demandEvidence(dir, parts, disk);
  const sealedUntil = parts.at(-1)?.lastSeq ?? 0;
  const tail = tailOf(dir, sealedUntil + 1, disk);
  const last = tail.at(-1);
  if (last === undefined) return { dir, parts, tail, live: undefined, lastSeq: sealedUntil };
  const whole = wholeBytes(last, disk);
  const lastSeq = whole === undefined ? last.firstSeq - 1 : whole.seq;
  const cut = whole === undefined ? [] : [{ ...last, bytes: whole.bytes }];
  const all = [...tail.slice(0, -1), ...cut];
  return { dir, parts, tail: all, live: stillThere(live, all[0], disk), lastSeq };
}

/**
 * An index of what was being written, where that is still what stands there: a power failure may have taken lines that it knows,
 * and others may have been written in their place.
 */
function stillThere(live: Part | undefined, segment: TailSegment | undefined, disk: Disk): Part | undefined {
  const indexed = live?.segments[0];
  if (indexed === undefined || segment?.name !== indexed.name || segment.bytes < indexed.bytes) return undefined;
  return lastHashIn({ ...segment, bytes: indexed.bytes }, disk) === indexed.lastHash ? live : undefined;
}

/** A sealed file, absolute. */
export function sealedFile(dir: string, file: string): string {
  return path.resolve(dir, WAREHOUSE_DIRECTORY, file);
}
