import type { CommitWatcher } from '../../journal/index.ts';
import { Distribution } from './cells.ts';
import type { Family } from './family.ts';

const COMMIT_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const BATCH_RECORDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];
const MILLI = 1_000;

/** How long the disk takes to make records durable, and how many at a time. There is one batch at a time. */
export class Commits implements CommitWatcher {
  readonly #seconds = new Distribution(COMMIT_SECONDS);
  readonly #records = new Distribution(BATCH_RECORDS);
  #bytes = 0;
  #beganAt = 0;

  began(records: number, bytes: number): void {
    this.#beganAt = performance.now();
    this.#records.observe(records);
    this.#bytes += bytes;
  }

  ended(): void {
    this.#seconds.observe((performance.now() - this.#beganAt) / MILLI);
  }

  families(): readonly Family[] {
    return [
      {
        kind: 'histogram',
        name: 'interlock_journal_commit_duration_seconds',
        help: 'Of one batch: write and fdatasync',
        unit: 's',
        bounds: COMMIT_SECONDS,
        samples: [this.#seconds.sample({})],
      },
      {
        kind: 'histogram',
        name: 'interlock_journal_commit_records',
        help: 'Records that became durable together',
        bounds: BATCH_RECORDS,
        samples: [this.#records.sample({})],
      },
      {
        kind: 'counter',
        name: 'interlock_journal_written_bytes',
        help: 'Bytes that the journal gave to the disk',
        unit: 'By',
        samples: [{ labels: {}, value: this.#bytes }],
      },
    ];
  }
}
