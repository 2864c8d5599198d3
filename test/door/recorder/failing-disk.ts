import type { AppendOnly, Disk } from '../../../src/journal/disk.ts';
import { disk as real } from '../../../src/journal/disk.ts';

export interface FailingDisk {
  readonly disk: Disk;
  /** From now on every write and every new file fails, or none. */
  fail(fails: boolean): void;
  /** How many syncs have returned. */
  synced(): number;
}

/** The machine's disk, with syncs that take their time and a day when it is full. */
export function failingDisk({ syncMs = 0 }: { readonly syncMs?: number }): FailingDisk {
  let fails = false;
  let synced = 0;
  const full = (): Error => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const wrapped = (file: AppendOnly): AppendOnly => ({
    ...file,
    append: (bytes, done) => (fails ? done(full()) : file.append(bytes, done)),
    sync: (done) =>
      setTimeout(() => {
        file.sync((error) => {
          synced += 1;
          done(error);
        });
      }, syncMs),
  });
  return {
    disk: {
      ...real,
      create: (file, done) => {
        if (fails) return done(full(), null);
        real.create(file, (error, created) => done(error, created === null ? null : wrapped(created)));
      },
    },
    fail: (now) => (fails = now),
    synced: () => synced,
  };
}
