import { randomBytes } from 'node:crypto';
import type { Instant } from '../std/clock.ts';
import type { Timers } from '../std/timers.ts';
import { disk, type Disk } from '../journal/disk.ts';
import type { Uptime } from '../journal/elapsed.ts';
import { processes, type Processes } from '../journal/processes.ts';
import { eventLoop } from '../journal/timers.ts';

/** What a door takes from the machine it runs on, its sockets aside. A simulation passes another one. */
export interface Machine extends TimeSources {
  readonly disk: Disk;
  readonly timers: Timers;
  readonly processes: Processes;
  /** Bytes that nobody can guess: tokens are made of them. */
  readonly random: (bytes: number) => Buffer;
}

export interface TimeSources {
  /** What people call the time; it may jump, forward and back. */
  wall(): Instant;
  /** Milliseconds since some moment; it only ever goes on, while the machine runs. */
  monotonic(): number;
  /** The same counter, as other processes of this machine have it. */
  uptime(): Uptime;
}

/** The real one. */
export const machine: Machine = {
  disk,
  timers: eventLoop,
  processes,
  random: (bytes) => randomBytes(bytes),
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  // CLOCK_MONOTONIC, as it is; `performance` counts from the start of the process.
  uptime: () => ({ boot: processes.self().boot, ms: Number(process.hrtime.bigint() / 1_000_000n) }),
};
