import type { Recorded } from '../../journal/entry.ts';

/** A run of records that can be looked up: sealed, or the tail. */
export interface Stretch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Records, in order, that may mention an identifier; all that do are among them. */
  candidates(key: string): readonly number[];
  /** The same behind a record, as they are asked for, where no client chose how the identifier is spelt: a call's own id. */
  after(key: string, seq: number): Iterable<number>;
  /** @throws JournalDamaged */
  record(seq: number): Recorded;
  close(): void;
}
