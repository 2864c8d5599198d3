import path from 'node:path';
import type { Recorded } from '../../journal/entry.ts';
import { SEGMENTS_DIRECTORY } from '../../journal/segments.ts';
import type { Part } from '../seal/manifest.ts';
import { sealedFile } from '../snapshot.ts';
import { IndexFile } from './index-file.ts';
import type { SegmentReader } from './segment-reader.ts';
import type { Stretch } from './stretch.ts';

interface Located {
  readonly file: string;
  readonly firstRecord: number;
  readonly bytes: number;
  readonly before: string;
}

/** A part, by its index: opened when it is asked first. */
export class SealedStretch implements Stretch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly #indexFile: string;
  readonly #segments: readonly Located[];
  readonly #reader: SegmentReader;
  #index: IndexFile | undefined;

  /** @param before the hash before its first record */
  constructor(dir: string, part: Part, before: string, reader: SegmentReader) {
    this.firstSeq = part.firstSeq;
    this.lastSeq = part.lastSeq;
    this.#indexFile = sealedFile(dir, part.index);
    this.#reader = reader;
    const segments: Located[] = [];
    let firstRecord = 0;
    for (const { name, bytes, records, lastHash } of part.segments) {
      segments.push({ file: path.resolve(dir, SEGMENTS_DIRECTORY, name), firstRecord, bytes, before });
      firstRecord += records;
      before = lastHash;
    }
    this.#segments = segments;
  }

  candidates(key: string): readonly number[] {
    return this.#opened()
      .candidates(key)
      .map(({ record }) => this.firstSeq + record);
  }

  after(key: string, seq: number): Iterable<number> {
    return this.candidates(key).filter((one) => one > seq);
  }

  record(seq: number): Recorded {
    const record = seq - this.firstSeq;
    const index = this.#segments.findLastIndex(({ firstRecord }) => firstRecord <= record);
    const { file, bytes, before } = this.#segments[index] as Located;
    const { start, next } = this.#opened().offsets(record);
    const isLast = record + 1 === this.#segments[index + 1]?.firstRecord || next === undefined;
    return this.#reader.record(file, start, isLast ? bytes : next, before);
  }

  close(): void {
    this.#index?.close();
  }

  #opened(): IndexFile {
    return (this.#index ??= new IndexFile(this.#indexFile));
  }
}
