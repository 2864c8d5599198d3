import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { JournalLocked } from './errors.ts';
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
interface Holder {
  readonly pid: number;
  /** Clock ticks since boot, from /proc; empty where there is no /proc. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
  readonly epoch: number;
  readonly released: boolean;
}

/** Every lost race means that another process won it, so a handful is already strange. */
const ATTEMPTS_MAX = 8;

/**
 * @param epochAfter the highest epoch among the segments: a lost lock directory must not bring old epochs back
 * @throws JournalLocked while another process holds it
 */
export function takeLock(dir: string, epochAfter: number): Lock {
  const directory = path.join(dir, LOCK_DIRECTORY);
  fs.mkdirSync(directory, { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const highest = locksAmong(fs.readdirSync(directory)).at(-1) ?? 0;
    if (highest > 0) refuseIfHeld(dir, path.join(directory, lockName(highest)));
    const epoch = Math.max(highest, epochAfter) + 1;
    if (!claim(directory, epoch)) continue;
    const all = locksAmong(fs.readdirSync(directory));
    if (all.at(-1) === epoch) {
      // Oldest first: whoever held one of these must never find its own file without the next one.
      for (const older of all.slice(0, -1)) fs.rmSync(path.join(directory, lockName(older)), { force: true });
      return lockOf(directory, epoch);
    }
    // Others went past this epoch, and swept it, while we looked at an older one.
    fs.rmSync(path.join(directory, lockName(epoch)), { force: true });
  }
  throw new JournalLocked(
    `Failed to lock \`${dir}\`: other processes keep taking it. Start one door per data directory.`,
  );
}

function lockOf(directory: string, epoch: number): Lock {
  const own = path.join(directory, lockName(epoch));
  const next = path.join(directory, lockName(epoch + 1));
  return {
    epoch,
    held: () => fs.existsSync(own) && !fs.existsSync(next),
    release: () => {
      if (!fs.existsSync(own)) return;
      const draft = `${own}.${process.pid}.tmp`;
      fs.writeFileSync(draft, JSON.stringify({ ...self(epoch), released: true } satisfies Holder));
      fs.renameSync(draft, own);
    },
  };
}

/** Creates the lock file of an epoch, whole or not at all; false where somebody was first. */
function claim(directory: string, epoch: number): boolean {
  const draft = path.join(directory, `${lockName(epoch)}.${process.pid}.tmp`);
  fs.writeFileSync(draft, JSON.stringify(self(epoch)));
  try {
    fs.linkSync(draft, path.join(directory, lockName(epoch)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function refuseIfHeld(dir: string, file: string): void {
  const holder = read(file);
  if (holder === 'gone' || (holder !== 'unreadable' && isOver(holder))) return;
  const who =
    holder === 'unreadable'
      ? `\`${file}\` cannot be read`
      : `process ${holder.pid} on ${holder.host} writes it (epoch ${holder.epoch})`;
  const elsewhere = holder === 'unreadable' || holder.host !== os.hostname();
  const next = elsewhere
    ? `If that machine or container is surely gone, delete \`${file}\`.`
    : 'Stop that process first.';
  throw new JournalLocked(`Failed to open the journal in \`${dir}\`: ${who}. ${next}`);
}

function isOver(holder: Holder): boolean {
  if (holder.released) return true;
  if (holder.host !== os.hostname()) return false;
  return holder.boot !== bootOf() || !isAlive(holder.pid) || holder.started !== startOf(holder.pid);
}

/** A process that has ended and waits for its parent to notice (`Z` in proc(5)) writes nothing any more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): Holder | 'gone' | 'unreadable' {
  try {
    const holder = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Holder> | null;
    return Number.isSafeInteger(holder?.pid) && typeof holder?.host === 'string' ? (holder as Holder) : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

function self(epoch: number): Holder {
  const { pid } = process;
  return { pid, started: startOf(pid), boot: bootOf(), host: os.hostname(), epoch, released: false };
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)). */
const startOf = (pid: number): string => statOf(pid)[19] ?? '';

/** Field 3. */
const stateOf = (pid: number): string => statOf(pid)[0] ?? '';

/** The fields from the third on: behind the command's name, which may hold spaces and brackets. */
function statOf(pid: number): string[] {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function bootOf(): string {
  return readProc('/proc/sys/kernel/random/boot_id').trim();
}

function readProc(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
