import { randomBytes } from 'node:crypto';
import type { Instant } from '../../std/clock.ts';
import type { Machine } from '../../door/machine.ts';
import { disk as realDisk, type AppendOnly, type Disk } from '../../journal/disk.ts';
import { eventLoop } from '../../journal/timers.ts';

/** A machine whose door can die on the spot. */
export interface MortalMachine {
  readonly machine: Machine;
  /** As `kill -9` does: nothing of it writes, reads or wakes up any more. */
  kill(): void;
}

/**
 * The real disk, under a clock that is told what time it is, for one process of several that follow each other in this one.
 *
 * @param life which process it is, from 1: a later one finds that an earlier is over
 */
export function mortalMachine(life: number, now: () => Instant): MortalMachine {
  const process = { pid: life, started: String(life), boot: 'course', host: 'sandbox' };
  const end = { isOver: false };
  const open = new Set<AppendOnly>();
  const machine: Machine = {
    disk: mortalDisk(end, open),
    timers: {
      after: (delayMs, run) => eventLoop.after(delayMs, () => end.isOver || run()),
      soon: (run) => eventLoop.soon(() => end.isOver || run()),
    },
    processes: { self: () => process, isOver: ({ pid }) => pid !== life },
    random: (bytes) => randomBytes(bytes),
    wall: now,
    monotonic: now,
    uptime: () => ({ boot: process.boot, ms: now() }),
  };
  return {
    machine,
    kill() {
      end.isOver = true;
      // The system closes what a process had open.
      for (const file of open) file.close(() => undefined);
    },
  };
}

class Ended extends Error {
  override readonly name = 'Ended';
}

function mortalDisk(end: { readonly isOver: boolean }, open: Set<AppendOnly>): Disk {
  const alive =
    <Arguments extends readonly unknown[], Value>(act: (...given: Arguments) => Value) =>
    (...given: Arguments): Value => {
      if (end.isOver) throw new Ended('the door was killed');
      return act(...given);
    };
  return {
    create(file, done) {
      if (end.isOver) return;
      realDisk.create(file, (error, created) => {
        if (created !== null) open.add(created);
        if (!end.isOver) done(error, created === null ? null : mortalFile(created, end, open));
      });
    },
    writeLater: (file, bytes) => (end.isOver ? new Promise(() => undefined) : realDisk.writeLater(file, bytes)),
    makeDirectory: alive((directory) => realDisk.makeDirectory(directory)),
    names: alive((directory) => realDisk.names(directory)),
    exists: alive((file) => realDisk.exists(file)),
    free: alive((directory) => realDisk.free?.(directory) ?? Infinity),
    size: alive((file) => realDisk.size(file)),
    read: alive((file, start, until) => realDisk.read(file, start, until)),
    text: alive((file) => realDisk.text(file)),
    write: alive((file, bytes) => realDisk.write(file, bytes)),
    rewrite: alive((file) => realDisk.rewrite(file)),
    truncate: alive((file, size) => realDisk.truncate(file, size)),
    link: alive((file, name) => realDisk.link(file, name)),
    rename: alive((file, name) => realDisk.rename(file, name)),
    remove: alive((file) => realDisk.remove(file)),
    syncDirectory: alive((directory) => realDisk.syncDirectory(directory)),
  };
}

/** What is not written yet when the door dies never is; nobody hears of it either. */
function mortalFile(file: AppendOnly, end: { readonly isOver: boolean }, open: Set<AppendOnly>): AppendOnly {
  const heard =
    (done: (error: Error | null) => void) =>
    (error: Error | null): void => {
      if (!end.isOver) done(error);
    };
  return {
    append: (bytes, done) => void (end.isOver || file.append(bytes, heard(done))),
    sync: (done) => void (end.isOver || file.sync(heard(done))),
    cut: (size, done) => void (end.isOver || file.cut(size, heard(done))),
    close: (done) => {
      if (end.isOver) return;
      open.delete(file);
      file.close(heard(done));
    },
  };
}
