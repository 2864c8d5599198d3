import path from 'node:path';
import { GENESIS_HASH } from '../../journal/chain.ts';
import { disk as realDisk, type Disk } from '../../journal/disk.ts';
import type { Recorded } from '../../journal/entry.ts';
import { JournalDamaged } from '../../journal/errors.ts';
import { SEGMENTS_DIRECTORY } from '../../journal/segments.ts';
import { SealedStretch } from '../archive/sealed-stretch.ts';
import { SegmentReader } from '../archive/segment-reader.ts';
import { demandEvidence } from '../seal/evidence.ts';
import { readManifest, type Part } from '../seal/manifest.ts';
import { sealedFile } from '../snapshot.ts';
import { VERSIONS } from '../sql/tables.ts';
import { lastHashIn } from '../tail.ts';
import type { TapeIdentity } from './part-tape.ts';

/** The sealed beginning of a journal: its tapes, and single records out of the evidence. */
export interface SealedJournal {
  readonly lastSeq: number;
  /** The times of its first and its last record. */
  readonly from: number;
  readonly to: number;
  readonly tapes: readonly SealedTape[];
  /** Checked against the chain. @throws JournalDamaged */
  record(seq: number): Recorded;
  close(): void;
}

export interface SealedTape extends TapeIdentity {
  /** Absolute. */
  readonly file: string;
}

/**
 * What of a journal is sealed; `undefined`: nothing. What was sealed must still be there: every segment with its length, and
 * the hash at its end, which stands for all before it.
 *
 * @throws JournalDamaged
 */
export function sealedJournal(dir: string, disk: Disk = realDisk): SealedJournal | undefined {
  const parts = readManifest(dir, VERSIONS, disk)?.parts ?? [];
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  demandEvidence(dir, parts, disk);
  for (const { segments } of parts) for (const segment of segments) demandHash(dir, segment, disk);
  const reader = new SegmentReader();
  let before = GENESIS_HASH;
  const stretches = parts.map((part) => {
    const stretch = new SealedStretch(dir, part, before, reader);
    before = endOf(part);
    return stretch;
  });
  return {
    lastSeq: last.lastSeq,
    from: first.firstAt,
    to: last.lastAt,
    tapes: parts.map((part) => {
      const { firstSeq, lastSeq, tape = '' } = part;
      return { file: sealedFile(dir, tape), firstSeq, lastSeq, lastHash: endOf(part) };
    }),
    record: (seq) => {
      const stretch = stretches.find(({ lastSeq }) => seq <= lastSeq) as SealedStretch;
      return stretch.record(seq);
    },
    close: () => {
      for (const stretch of stretches) stretch.close();
      reader.close();
    },
  };
}

function endOf({ segments }: Part): string {
  return segments.at(-1)?.lastHash ?? GENESIS_HASH;
}

function demandHash(dir: string, { name, bytes, lastHash }: Part['segments'][number], disk: Disk): void {
  const file = path.join(dir, SEGMENTS_DIRECTORY, name);
  if (lastHashIn({ name, file, bytes, firstSeq: 0, epoch: 0 }, disk) !== lastHash)
    throw new JournalDamaged(file, bytes, 'it was sealed with another hash at its end');
}
