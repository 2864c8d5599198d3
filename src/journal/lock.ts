import path from 'node:path';
import { disk as realDisk, type Disk } from './disk.ts';
import { JournalLocked } from './errors.ts';
import { processes as realProcesses, type Identity, type Processes } from './processes.ts';
import { LOCK_DIRECTORY, lockName, locksAmong } from './segments.ts';

/**
 * One writer per data directory.
 *
 * The lock is the file of the highest epoch in `lock/`: `000003.lock` is the third writer's. To take over from a dead
 * writer is to create the next file, which `link` lets exactly one process do. Nothing is ever unlocked by deleting:
 * a writer that is done says so in its own file, and the next one sweeps the older files away.
 *
 * INVARIANT: a process holds the lock as long as its file exists and the next epoch's does not.
 *
 * Processes are told apart by pid, start time and boot, so a pid that came round again is not mistaken for its forerunner.
 * A lock from another host is never taken over: whether its process lives cannot be seen from here.
 */
export interface Lock {
  /** One more than any writer's before: the fencing token in every segment's name. */
  readonly epoch: number;
  /** Whether it is still ours: two `stat`s, some microseconds. */
  readonly held: () => boolean;
  /** Lets the next writer in without a check on this process. */
  readonly release: () => void;
}

/** Who wrote a lock file. */
interface Holder extends Identity {
  readonly epoch: number;
  readonly released: boolean;
}

/** Where a lock lies, and who takes it. */
interface LockedOn {
  readonly disk: Disk;
  readonly processes: Processes;
}

const REAL: LockedOn = { disk: realDisk, processes: realProcesses };

/** Every lost race means that another process won it, so a handful is already strange. */
export const ATTEMPTS_MAX = 8;

/**
 * @param epochAfter the highest epoch among the segments: a lost lock directory must not bring old epochs back
 * @throws JournalLocked while another process holds it
 */
export function takeLock(dir: string, epochAfter: number, on: LockedOn = REAL): Lock {
  const { disk } = on;
  const directory = path.join(dir, LOCK_DIRECTORY);
  disk.makeDirectory(directory);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const highest = locksAmong(disk.names(directory)).at(-1) ?? 0;
    if (highest > 0) refuseIfHeld(dir, path.join(directory, lockName(highest)), on);
    const epoch = Math.max(highest, epochAfter) + 1;
    if (!claim(directory, epoch, on)) continue;
    const all = locksAmong(disk.names(directory));
    if (all.at(-1) === epoch) {
      // Oldest first: whoever held one of these must never find its own file without the next one.
      for (const older of all.slice(0, -1)) disk.remove(path.join(directory, lockName(older)));
      return lockOf(directory, epoch, on);
    }
    // Others went past this epoch, and swept it, while we looked at an older one.
    disk.remove(path.join(directory, lockName(epoch)));
  }
  throw new JournalLocked(
    `Failed to lock \`${dir}\`: other processes keep taking it. Start one door per data directory.`,
  );
}

function lockOf(directory: string, epoch: number, { disk, processes }: LockedOn): Lock {
  const own = path.join(directory, lockName(epoch));
  const next = path.join(directory, lockName(epoch + 1));
  return {
    epoch,
    held: () => disk.exists(own) && !disk.exists(next),
    release: () => {
      if (!disk.exists(own)) return;
      const self = processes.self();
      const draft = `${own}.${self.pid}.tmp`;
      try {
        disk.write(draft, JSON.stringify({ ...self, epoch, released: true } satisfies Holder));
        disk.rename(draft, own);
      } catch {
        // A disk without room for it: the next writer sees for itself that this process is over.
        disk.remove(draft);
      }
    },
  };
}

/** Creates the lock file of an epoch, whole or not at all, also after a power failure; false where somebody was first. */
function claim(directory: string, epoch: number, { disk, processes }: LockedOn): boolean {
  const self = processes.self();
  const draft = path.join(directory, `${lockName(epoch)}.${self.pid}.tmp`);
  disk.write(draft, JSON.stringify({ ...self, epoch, released: false } satisfies Holder));
  try {
    return disk.link(draft, path.join(directory, lockName(epoch)));
  } finally {
    disk.remove(draft);
  }
}

function refuseIfHeld(dir: string, file: string, { disk, processes }: LockedOn): void {
  const holder = read(file, disk);
  if (holder === 'gone' || (holder !== 'unreadable' && (holder.released || processes.isOver(holder)))) return;
  const who =
    holder === 'unreadable'
      ? `\`${file}\` cannot be read`
      : `process ${holder.pid} on ${holder.host} writes it (epoch ${holder.epoch})`;
  const elsewhere = holder === 'unreadable' || holder.host !== processes.self().host;
  const next = elsewhere
    ? `If that machine or container is surely gone, delete \`${file}\`.`
    : 'Stop that process first.';
  throw new JournalLocked(`Failed to open the journal in \`${dir}\`: ${who}. ${next}`);
}

function read(file: string, disk: Disk): Holder | 'gone' | 'unreadable' {
  try {
    const holder = JSON.parse(disk.text(file)) as Partial<Holder> | null;
    return Number.isSafeInteger(holder?.pid) && typeof holder?.host === 'string' ? (holder as Holder) : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
