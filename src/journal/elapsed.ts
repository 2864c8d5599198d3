import path from 'node:path';
import type { Instant } from '../std/clock.ts';
import type { Disk } from './disk.ts';
import type { RecoveryEntry } from './entry.ts';
import { segmentsIn } from './read.ts';
import { SEGMENTS_DIRECTORY } from './segments.ts';

/** How long a machine has been up and awake: a counter that nobody can set, and that all its processes share. */
export interface Uptime {
  /** Tells one boot from another; empty where the system does not. */
  readonly boot: string;
  readonly ms: number;
}

/** No recovery record names so many calls that it is longer. */
const RECOVERY_BYTES_MAX = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * What time it is by the journal's own clock: when the writer before began, by its record, and how long the machine has been
 * up since. `undefined` where the machine booted in between, or nothing tells: then there is only the wall's clock.
 *
 * INVARIANT: no window ends early because a wall clock was set forward between two starts, or because the machine slept: while
 * it is up, the journal's time lags behind or keeps pace, and never catches up. The recovery record tells how far behind it is.
 */
export function journalTime(dir: string, uptime: Uptime, disk: Disk): Instant | undefined {
  const last = lastRecovery(dir, disk);
  if (last?.clock === undefined || last.clock.boot !== uptime.boot || uptime.boot === '') return undefined;
  const passedMs = uptime.ms - last.clock.uptimeMs;
  return passedMs < 0 ? undefined : last.at + Math.floor(passedMs);
}

/** How the last writer whose first record reached the disk began. */
function lastRecovery(dir: string, disk: Disk): RecoveryEntry | undefined {
  for (const { name } of segmentsIn(dir, disk).toReversed()) {
    const bytes = disk.read(path.join(dir, SEGMENTS_DIRECTORY, name), 0, RECOVERY_BYTES_MAX);
    const end = bytes.indexOf(LINE_FEED);
    const record = end === -1 ? undefined : (JSON.parse(bytes.toString('utf8', 0, end)) as Partial<RecoveryEntry>);
    if (record?.kind === 'recovery') return record as RecoveryEntry;
  }
  return undefined;
}
