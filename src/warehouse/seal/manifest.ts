import path from 'node:path';
import type { Disk } from '../../journal/disk.ts';
import { MANIFEST_NAME, WAREHOUSE_DIRECTORY } from './layout.ts';

/** Raised whenever files of another make would be read wrongly: they are made again then. */
export const FORMAT = 1;

/** A segment as it was sealed. */
export interface SealedSegment {
  readonly name: string;
  readonly bytes: number;
  readonly records: number;
  /** The chain's at its end: stands for every byte up to there. */
  readonly lastHash: string;
}

/** A run of closed segments that was sealed in one piece. */
export interface Part {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The times of its first and its last record. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly segments: readonly SealedSegment[];
  /** The digest of the policy in force at its end; `null` before the first. */
  readonly policy: string | null;
  /** Its files, from `DATA/warehouse`, by table. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly index: string;
  /** Its columns for replay; the live part has none. */
  readonly tape?: string;
}

export interface Manifest {
  readonly format: typeof FORMAT;
  /** The version of each table's columns: where one is of another version, everything is made again. */
  readonly versions: Readonly<Record<string, number>>;
  /** One more with every manifest. */
  readonly generation: number;
  readonly parts: readonly Part[];
  /** The beginning of the segment that a door writes to, as far as its identifiers are indexed; it has no tables. */
  readonly live?: Part;
  /** Files that no part names any more, and since when: whoever opened the warehouse before still reads them. */
  readonly retired: readonly { readonly file: string; readonly at: number }[];
}

/**
 * What is sealed; `undefined` where nothing is, or of another make. A manifest is replaced whole, so it is never half a one, and
 * only the sealer writes it: its form says who made it.
 */
export function readManifest(dir: string, versions: Manifest['versions'], disk: Disk): Manifest | undefined {
  const read = anyManifest(dir, disk);
  if (read?.format !== FORMAT || JSON.stringify(read.versions) !== JSON.stringify(versions)) return undefined;
  return read;
}

/** The number of the last manifest of any make: no file gets a name that was used before. */
export function lastGeneration(dir: string, disk: Disk): number {
  return anyManifest(dir, disk)?.generation ?? 0;
}

/** Durable, whole or not at all. */
export function writeManifest(dir: string, written: Manifest, disk: Disk): void {
  const directory = path.join(dir, WAREHOUSE_DIRECTORY);
  const file = path.join(directory, MANIFEST_NAME);
  const draft = `${file}.draft`;
  disk.write(draft, `${JSON.stringify(written)}\n`);
  disk.rename(draft, file);
  disk.syncDirectory(directory);
}

function anyManifest(dir: string, disk: Disk): Manifest | undefined {
  const file = path.join(dir, WAREHOUSE_DIRECTORY, MANIFEST_NAME);
  if (!disk.exists(file)) return undefined;
  try {
    return JSON.parse(disk.text(file)) as Manifest;
  } catch {
    return undefined;
  }
}
