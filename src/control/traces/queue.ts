import type { Family } from '../metrics/family.ts';
import type { Traced } from './visits.ts';

/** Calls that wait to be told; as many as the SDK's own queue has (OTEL_BSP_MAX_QUEUE_SIZE). */
export const TRACES_WAITING_MAX = 2_048;
/** Told at a time. */
export const TRACES_BATCH_MAX = 512;
/** How often (OTEL_BSP_SCHEDULE_DELAY), where there are too few for a batch. */
export const TRACES_EVERY_MS = 1_000;

/** Tells a batch; resolves to whether it arrived. */
export type Tell = (batch: readonly Traced[]) => Promise<boolean>;

/**
 * Calls on their way to whoever collects traces: told in batches, one at a time, and off the calls' own way. A collector that
 * is slow or gone costs traces, which are counted, and nothing else. Must be closed.
 */
export class TraceQueue {
  readonly #tell: Tell;
  readonly #timer: NodeJS.Timeout;
  #waiting: Traced[] = [];
  #telling: Promise<void> | undefined;
  #told = 0;
  #dropped = 0;
  #failed = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#next(), TRACES_EVERY_MS).unref();
  }

  take(traced: Traced): void {
    if (this.#waiting.length >= TRACES_WAITING_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(traced);
    if (this.#waiting.length === TRACES_BATCH_MAX && this.#telling === undefined) setImmediate(() => void this.#next());
  }

  /** Tells what waits, as far as that is done in time. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    const all = (async () => {
      await this.#telling;
      while (this.#waiting.length > 0) await this.#next();
    })();
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, withinMs).unref())]);
  }

  families(): readonly Family[] {
    const traces = (outcome: string, value: number) => ({ labels: { outcome }, value });
    return [
      {
        kind: 'counter',
        name: 'interlock_traces',
        help: 'Calls that were traced; dropped: too many waited; failed: the collector did not take them',
        samples: [traces('told', this.#told), traces('dropped', this.#dropped), traces('failed', this.#failed)],
      },
    ];
  }

  #next(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return (this.#telling ??= this.#tellOne().finally(() => (this.#telling = undefined)));
  }

  async #tellOne(): Promise<void> {
    const batch = this.#waiting.splice(0, TRACES_BATCH_MAX);
    const arrived = await this.#tell(batch).catch(() => false);
    if (arrived) this.#told += batch.length;
    else this.#failed += batch.length;
  }
}
