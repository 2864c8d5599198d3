import { statfs } from 'node:fs/promises';
import { ENGINE_VERSION } from '../../journal/index.ts';
import { Distribution } from './cells.ts';
import { gauge, one, type Family } from './family.ts';

/** How often the event loop is asked whether it comes in time. */
export const LOOP_LOOK_MS = 100;
const LOOP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const MILLI = 1_000;
const MICRO = 1_000_000;

/** The process and the disk beneath the door. Must be closed. */
export class MachineWatch {
  readonly #dir: string;
  readonly #loop = new Distribution(LOOP_SECONDS);
  readonly #timer: NodeJS.Timeout;
  #freeBytes: number | undefined;
  #isAsking = false;

  constructor(dir: string) {
    this.#dir = dir;
    let last = performance.now();
    this.#timer = setInterval(() => {
      const at = performance.now();
      this.#loop.observe(Math.max(0, at - last - LOOP_LOOK_MS) / MILLI);
      last = at;
    }, LOOP_LOOK_MS).unref();
  }

  async families(): Promise<readonly Family[]> {
    await this.#ask();
    const { user, system } = process.cpuUsage();
    return [
      gauge('interlock_build_info', 'What runs here', [one(1, { version: ENGINE_VERSION, node: process.version })]),
      {
        kind: 'histogram',
        name: 'interlock_event_loop_delay_seconds',
        help: 'By how much the event loop came late, asked ten times a second',
        unit: 's',
        bounds: LOOP_SECONDS,
        samples: [this.#loop.sample({})],
      },
      ...(this.#freeBytes === undefined
        ? []
        : [
            gauge(
              'interlock_journal_disk_free_bytes',
              'What the disk of the journal has left',
              [one(this.#freeBytes)],
              'By',
            ),
          ]),
      {
        kind: 'counter',
        name: 'process_cpu_seconds',
        help: 'Processor time of this process',
        unit: 's',
        samples: [one((user + system) / MICRO)],
      },
      gauge('process_resident_memory_bytes', 'Memory of this process', [one(process.memoryUsage.rss())], 'By'),
      gauge('process_start_time_seconds', 'When this process started', [one(performance.timeOrigin / MILLI)], 's'),
    ];
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A disk that hangs hangs whoever asks it: one question at a time, and nobody waits for its answer but the first scrape. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const asked = statfs(this.#dir)
      .then(({ bavail, bsize }) => (this.#freeBytes = bavail * bsize))
      .catch(() => undefined)
      .finally(() => (this.#isAsking = false));
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, DISK_ANSWER_MS).unref())]);
  }
}

/** A local disk tells in microseconds how much it has left. */
export const DISK_ANSWER_MS = 200;
