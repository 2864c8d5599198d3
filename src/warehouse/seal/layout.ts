/**
 * Where things lie in `DATA/warehouse`, all of it derived from the segments beside it. Names only; nothing here touches a disk.
 *
 *     manifest.json                                         what is sealed, and in which files; the only truth here
 *     records/day=2026-11-27/000000000001-000000090211.4.parquet
 *     calls/day=…/…    ends/…    events/…    keys/…         of records 1 to 90211, made for manifest 4
 *     index/000000000001-000000090211.4.index               identifiers → places in the segments
 *     tapes/000000000001-000000090211.4.tape                calls and outcomes in columns, for replay
 *     lock/                                                 who seals
 *     draft/                                                what is not in a manifest yet
 *
 * A file is written once under a name that was never used; only the manifest is replaced.
 */
export const WAREHOUSE_DIRECTORY = 'warehouse';
export const MANIFEST_NAME = 'manifest.json';
export const DRAFT_DIRECTORY = 'draft';
export const INDEX_DIRECTORY = 'index';
export const TAPES_DIRECTORY = 'tapes';

const SEQ_DIGITS = 12;

export interface PartName {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Of the manifest that first names it. */
  readonly generation: number;
}

export function partName({ firstSeq, lastSeq, generation }: PartName): string {
  const digits = (seq: number): string => String(seq).padStart(SEQ_DIGITS, '0');
  return `${digits(firstSeq)}-${digits(lastSeq)}.${generation}`;
}

/** @param day `2026-11-27`, of a table that is partitioned */
export function tableFile(table: string, part: string, day?: string): string {
  return day === undefined ? `${table}/${part}.parquet` : `${table}/day=${day}/${part}.parquet`;
}

export function indexFile(part: string): string {
  return `${INDEX_DIRECTORY}/${part}.index`;
}

export function tapeFile(part: string): string {
  return `${TAPES_DIRECTORY}/${part}.tape`;
}
