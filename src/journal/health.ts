import type { Instant } from '../std/clock.ts';

/** How a journal's writer is. */
export interface JournalHealth {
  /** `failed`: nothing will ever be written again. */
  readonly state: 'open' | 'closing' | 'failed';
  /** When the oldest record was, by the records' own time, that is not on the disk yet; `null`: all are. */
  readonly behindSince: Instant | null;
}

/** Sees batches go to the disk, one at a time. On the way of every call: it must not throw. */
export interface CommitWatcher {
  began(records: number, bytes: number): void;
  /** It is durable. */
  ended(): void;
}
