/**
 * Where things lie in a journal's directory. Names only; nothing here touches a disk.
 *
 *     lock/000003.lock                        who may write (see lock.ts)
 *     segments/000000000001-000001.ndjson     the records: number of the first one, epoch of the writer
 *     segments/000000081234-000003.ndjson
 *     quarantine/…                            torn tails, byte for byte
 *     snapshots/000000090000.json             derived, may be deleted at any time
 *
 * A writer never adds to a segment that another writer began: every start creates its own, under its own epoch.
 */
export const LOCK_DIRECTORY = 'lock';
export const SEGMENTS_DIRECTORY = 'segments';
export const QUARANTINE_DIRECTORY = 'quarantine';
export const SNAPSHOTS_DIRECTORY = 'snapshots';

/** A segment is closed before it grows beyond this: small enough to seal, fetch or re-read in a second. */
export const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

const SEQ_DIGITS = 12;
const EPOCH_DIGITS = 6;
const SEGMENT_NAME = /^(\d{12})-(\d{6})\.ndjson$/;
const SNAPSHOT_NAME = /^(\d{12})\.json$/;
const LOCK_NAME = /^(\d{6})\.lock$/;

export interface Segment {
  readonly name: string;
  /** The number of its first record, whether or not that was written yet. */
  readonly firstSeq: number;
  readonly epoch: number;
}

export function segmentOf(firstSeq: number, epoch: number): Segment {
  return { name: `${digits(firstSeq, SEQ_DIGITS)}-${digits(epoch, EPOCH_DIGITS)}.ndjson`, firstSeq, epoch };
}

/** The segments among a directory's file names, in the order of their records. Other names are passed over. */
export function segmentsAmong(names: readonly string[]): readonly Segment[] {
  return names
    .flatMap((name) => {
      const match = SEGMENT_NAME.exec(name);
      return match === null ? [] : [segmentOf(Number(match[1]), Number(match[2]))];
    })
    .sort((a, b) => a.firstSeq - b.firstSeq || a.epoch - b.epoch);
}

/** Which of the segments holds record `seq`: the last that begins at or before it. */
export function segmentIndexOf(segments: readonly Segment[], seq: number): number {
  return segments.findLastIndex(({ firstSeq }) => firstSeq <= seq);
}

/** Where the bytes from `offset` on go when they turn out to be torn. */
export function tornName(segment: Segment, offset: number): string {
  return `${segment.name}-${offset}.torn`;
}

export function snapshotName(seq: number): string {
  return `${digits(seq, SEQ_DIGITS)}.json`;
}

/** The record numbers of the snapshots among a directory's file names, newest first. */
export function snapshotsAmong(names: readonly string[]): readonly number[] {
  return numbered(names, SNAPSHOT_NAME).sort((a, b) => b - a);
}

export function lockName(epoch: number): string {
  return `${digits(epoch, EPOCH_DIGITS)}.lock`;
}

/** The epochs of the lock files among a directory's file names, oldest first. */
export function locksAmong(names: readonly string[]): readonly number[] {
  return numbered(names, LOCK_NAME).sort((a, b) => a - b);
}

function numbered(names: readonly string[], pattern: RegExp): number[] {
  return names.flatMap((name) => {
    const match = pattern.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
