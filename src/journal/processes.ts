import fs from 'node:fs';
import os from 'node:os';

/** A process, told apart from one that had its number before. */
export interface Identity {
  readonly pid: number;
  /** Clock ticks since boot, from /proc; empty where there is no /proc. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
}

/** Who writes a journal, and whether whoever wrote it before still lives. */
export interface Processes {
  self(): Identity;
  /** Whether a process of this host has surely ended. Of another host nothing is sure. */
  isOver(other: Identity): boolean;
}

/** Those of this machine. */
export const processes: Processes = {
  self: () => {
    const { pid } = process;
    return { pid, started: startOf(pid), boot: bootOf(), host: os.hostname() };
  },
  isOver: ({ pid, started, boot, host }) => {
    if (host !== os.hostname()) return false;
    return boot !== bootOf() || !isAlive(pid) || started !== startOf(pid);
  },
};

/** A process that has ended and waits for its parent to notice (`Z` in proc(5)) writes nothing any more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
