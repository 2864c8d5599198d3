import path from 'node:path';
import type { Disk } from '../journal/disk.ts';
import { demandEvidence } from './seal/evidence.ts';
import { WAREHOUSE_DIRECTORY } from './seal/layout.ts';
import { readManifest, type Part } from './seal/manifest.ts';
import { VERSIONS } from './sql/tables.ts';
import { tailOf, wholeBytes, type TailSegment } from './tail.ts';

/** A journal at one moment: what is sealed, and the segments behind that, as far as they went. Together they are every record once. */
export interface Snapshot {
  readonly dir: string;
  readonly parts: readonly Part[];
  readonly tail: readonly TailSegment[];
  /** The last record; 0: there is none. */
  readonly lastSeq: number;
}

/**
 * What is there now. The manifest is read first: what is sealed afterwards is read from its segments, which stay.
 *
 * @throws JournalDamaged where what was sealed is not there any more
 */
export function snapshotOf(dir: string, disk: Disk): Snapshot {
  const parts = readManifest(dir, VERSIONS, disk)?.parts ?? [];
  demandEvidence(dir, parts, disk);
  const sealedUntil = parts.at(-1)?.lastSeq ?? 0;
  const tail = tailOf(dir, sealedUntil + 1, disk);
  const last = tail.at(-1);
  if (last === undefined) return { dir, parts, tail, lastSeq: sealedUntil };
  const whole = wholeBytes(last, disk);
  const lastSeq = whole === undefined ? last.firstSeq - 1 : whole.seq;
  const cut = whole === undefined ? [] : [{ ...last, bytes: whole.bytes }];
  return { dir, parts, tail: [...tail.slice(0, -1), ...cut], lastSeq };
}

/** A sealed file, absolute. */
export function sealedFile(dir: string, file: string): string {
  return path.resolve(dir, WAREHOUSE_DIRECTORY, file);
}
