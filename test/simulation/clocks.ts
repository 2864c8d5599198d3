import type { Prng } from '../../src/std/prng.ts';
import type { Instant } from '../../src/std/clock.ts';
import type { Uptime } from '../../src/journal/elapsed.ts';
import type { Timeline } from './timeline.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What can be wrong with a machine's clocks, by name. */
export type ClockFault =
  'ahead an hour' | 'ahead a day' | 'ahead a month' | 'behind an hour' | 'behind a day' | 'at 1970' | 'right';

const JUMPS: Readonly<Record<ClockFault, number>> = {
  'ahead an hour': HOUR_MS,
  'ahead a day': DAY_MS,
  'ahead a month': 31 * DAY_MS,
  'behind an hour': -HOUR_MS,
  'behind a day': -DAY_MS,
  'at 1970': -Infinity,
  right: 0,
};

/** Ahead only where something else tells how much time has passed: nothing but the wall does after a reboot. */
const WHILE_BOOTED: readonly ClockFault[] = [
  'ahead an hour',
  'ahead a day',
  'ahead a month',
  'behind an hour',
  'behind a day',
  'at 1970',
  'right',
  'right',
];
const AT_BOOT: readonly ClockFault[] = ['behind an hour', 'behind a day', 'at 1970', 'right', 'right', 'right'];

/** Quartz is off by up to 50 millionths; twice that is a machine in trouble. */
export const DRIFT_MAX_PPM = 100;

/** The clocks of one machine: a wall that jumps and drifts, and a counter since boot that drifts and only goes on. */
export class Clocks {
  readonly #timeline: Timeline;
  readonly #random: Prng;
  readonly #startsAt: Instant;
  readonly #driftPpm: number;
  #offMs = 0;
  #bootedAt = 0;
  boot = 1;
  /** How long the machine slept in all. Nothing runs then, and the counter stands still. */
  sleptMs = 0;

  constructor(timeline: Timeline, random: Prng, startsAt: Instant) {
    this.#timeline = timeline;
    this.#random = random;
    this.#startsAt = startsAt;
    this.#driftPpm = random.below(2) === 0 ? 0 : random.below(2 * DRIFT_MAX_PPM + 1) - DRIFT_MAX_PPM;
  }

  /** How much time has really passed since the story began. */
  get trueMs(): number {
    return this.#timeline.now + this.sleptMs;
  }

  /** What a radio clock shows. */
  get trueAt(): Instant {
    return Math.floor(this.#startsAt + this.trueMs);
  }

  wall(): Instant {
    return this.#offMs === -Infinity ? Math.floor(this.monotonic()) : Math.floor(this.trueAt + this.#offMs);
  }

  monotonic(): number {
    return (this.#timeline.now - this.#bootedAt) * (1 + this.#driftPpm / 1_000_000);
  }

  uptime(): Uptime {
    return { boot: `boot-${this.boot}`, ms: this.monotonic() };
  }

  /** Somebody, or NTP, sets the wall clock. */
  jump(faults: readonly ClockFault[] = WHILE_BOOTED): ClockFault {
    const fault = faults[this.#random.below(faults.length)] ?? 'right';
    this.#offMs = JUMPS[fault];
    return fault;
  }

  sleep(ms: number): void {
    this.sleptMs += ms;
  }

  reboot(): ClockFault {
    this.boot += 1;
    this.#bootedAt = this.#timeline.now;
    return this.jump(AT_BOOT);
  }
}
