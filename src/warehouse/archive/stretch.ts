import type { Recorded } from '../../journal/entry.ts';

/** A run of records that can be looked up: sealed, or the tail. */
export interface Stretch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Records, in order, that may mention an identifier; all that do are among them. */
  candidates(key: string): readonly number[];
  /** @throws JournalDamaged */
  record(seq: number): Recorded;
  close(): void;
}
