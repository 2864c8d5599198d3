import path from 'node:path';
import type { Prng } from '../../src/std/prng.ts';
import type { AppendOnly, Disk } from '../../src/journal/disk.ts';
import { Directory } from './directory.ts';
import { Inode } from './inode.ts';
import type { Timeline } from './timeline.ts';

/** What can go wrong with a disk, while it does. */
export interface DiskFaults {
  /** One of so many writes fails; 0: none. */
  writeFails: number;
  syncFails: number;
  /** One of so many operations takes a second. */
  stalls: number;
  /** Others have filled it, save for so many bytes. */
  roomBytes: number;
}

/** Whoever uses the disk, as long as it lives. */
export interface Tenant {
  readonly alive: boolean;
  /** A crash falls between any two operations: it throws where this one is one too many. */
  step(): void;
  /** The same for what has been waited for: `false` where it comes too late. */
  lives(): boolean;
}

/** Told when bytes have truly become durable under a durable name. */
export type Synced = (file: string, bytes: Buffer) => void;

/** Nothing is wrong with it. */
export const SOUND: Readonly<DiskFaults> = { writeFails: 0, syncFails: 0, stalls: 0, roomBytes: Infinity };

const STALL_MS = 1_000;

/** One machine's disk. It outlives processes and, less what was not synced, power failures. */
export class SimulatedDisk {
  readonly #timeline: Timeline;
  readonly #random: Prng;
  readonly #synced: Synced;
  readonly #directories = new Map<string, Directory>();
  /** How much slower than a good one it is. */
  slowness = 1;
  readonly faults: DiskFaults = { ...SOUND };

  constructor(timeline: Timeline, random: Prng, synced: Synced) {
    this.#timeline = timeline;
    this.#random = random;
    this.#synced = synced;
  }

  losePower(): void {
    for (const directory of this.#directories.values()) directory.losePower(this.#random);
    for (const inode of this.#inodes()) inode.losePower(this.#random);
  }

  /** The process is gone and the system is not; it may drop what it calls clean. */
  loseProcess(): void {
    for (const inode of this.#inodes()) inode.evict(this.#random);
  }

  /** Every file, by path; or what of it would be left if the power failed now. */
  *files(left: 'seen' | 'durable' = 'seen'): Iterable<readonly [file: string, bytes: Buffer]> {
    for (const [directory, all] of [...this.#directories].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const { names } = all;
      for (const name of [...names.keys()].toSorted()) {
        const inode = names.get(name) as Inode;
        if (left === 'seen') yield [path.join(directory, name), inode.read(0, inode.size)];
        else if (all.keeps(inode)) yield [path.join(directory, name), inode.durable()];
      }
    }
  }

  /** The disk as one process has it. */
  mount(tenant: Tenant): Disk {
    const step = (): void => tenant.step();
    return {
      create: (file, done) => this.#later(tenant, 0.1, () => this.#create(tenant, file, done)),
      makeDirectory: (directory) => {
        step();
        for (let at = directory; at.length > 1; at = path.dirname(at)) this.#directory(at);
      },
      names: (directory) => (step(), [...(this.#directories.get(directory)?.names.keys() ?? [])]),
      exists: (file) => this.#find(file) !== undefined,
      free: () => this.faults.roomBytes,
      size: (file) => this.#find(file)?.size,
      read: (file, start, end) => (step(), this.#open(file).read(start, end)),
      text: (file) => {
        step();
        const inode = this.#open(file);
        return inode.read(0, inode.size).toString();
      },
      write: (file, bytes) => {
        step();
        const inode = this.#emptied(file);
        this.#fill(inode, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, file);
        step();
        inode.sync();
      },
      writeLater: (file, bytes) => this.#writeLater(tenant, file, bytes),
      rewrite: (file) => {
        step();
        const inode = this.#open(file);
        step();
        inode.rewrite();
      },
      truncate: (file, size) => {
        step();
        const inode = this.#open(file);
        this.#cut(inode, size);
        step();
        inode.sync();
      },
      link: (file, name) => {
        step();
        if (this.#find(name) !== undefined) return false;
        this.#at(name).make({ kind: 'add', name: path.basename(name), inode: this.#open(file) });
        return true;
      },
      rename: (file, name) => {
        step();
        this.#open(file);
        this.#at(name).make({ kind: 'rename', from: path.basename(file), to: path.basename(name) });
      },
      remove: (file) => {
        step();
        const inode = this.#find(file);
        if (inode === undefined) return;
        this.#at(file).make({ kind: 'remove', name: path.basename(file) });
        this.faults.roomBytes += inode.size;
      },
      syncDirectory: (directory) => {
        step();
        this.#directories.get(directory)?.sync();
      },
    };
  }

  #create(tenant: Tenant, file: string, done: Parameters<Disk['create']>[1]): void {
    if (this.#find(file) !== undefined) return done(failure('EEXIST', file), null);
    const inode = new Inode();
    this.#at(file).make({ kind: 'add', name: path.basename(file), inode });
    this.#later(tenant, 0.5, () => {
      this.#at(file).sync();
      done(null, this.#appendOnly(tenant, file, inode));
    });
  }

  #appendOnly(tenant: Tenant, file: string, inode: Inode): AppendOnly {
    return {
      append: (bytes, done) => {
        // What is handed over may be reused; and a crash may come in the middle of it.
        const whole = Buffer.from(bytes);
        const half = Math.min(this.#random.below(whole.length + 1), this.faults.roomBytes);
        this.#fill(inode, whole.subarray(0, half), file);
        this.#later(tenant, 0.05, () => {
          if (this.#strikes(this.faults.writeFails)) return done(failure('EIO', file));
          done(attempt(() => this.#fill(inode, whole.subarray(half), file)));
        });
      },
      sync: (done) => {
        this.#later(tenant, 0.4, () => {
          if (this.#strikes(this.faults.syncFails)) {
            inode.failSync();
            return done(failure('EIO', file));
          }
          const from = inode.durableSize;
          inode.sync();
          if (this.#at(file).keeps(inode)) this.#synced(file, inode.read(from, inode.size));
          done(null);
        });
      },
      cut: (size, done) => {
        this.#later(tenant, 0.05, () => {
          this.#cut(inode, size);
          done(null);
        });
      },
      close: (done) => this.#later(tenant, 0.01, () => done(null)),
    };
  }

  #writeLater(tenant: Tenant, file: string, bytes: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#later(tenant, 0.2, () => {
        const inode = this.#emptied(file);
        const error = attempt(() => this.#fill(inode, Buffer.from(bytes), file));
        if (error !== null) return reject(error);
        this.#later(tenant, 0.5, () => {
          inode.sync();
          resolve();
        });
      });
    });
  }

  #later(tenant: Tenant, usualMs: number, run: () => void): void {
    const stall = this.#strikes(this.faults.stalls) ? STALL_MS : 0;
    this.#timeline.in(stall + this.slowness * usualMs * (0.5 + this.#random.next()), () => {
      if (tenant.lives()) run();
    });
  }

  #fill(inode: Inode, bytes: Buffer, file: string): void {
    const fits = bytes.subarray(0, this.faults.roomBytes);
    inode.append(fits);
    this.faults.roomBytes -= fits.length;
    if (fits.length < bytes.length) throw failure('ENOSPC', file);
  }

  #cut(inode: Inode, size: number): void {
    this.faults.roomBytes += inode.size - size;
    inode.truncate(size);
  }

  #strikes(oneIn: number): boolean {
    return oneIn > 0 && this.#random.below(oneIn) === 0;
  }

  #emptied(file: string): Inode {
    const there = this.#find(file);
    if (there !== undefined) {
      this.#cut(there, 0);
      return there;
    }
    const inode = new Inode();
    this.#at(file).make({ kind: 'add', name: path.basename(file), inode });
    return inode;
  }

  #open(file: string): Inode {
    const inode = this.#find(file);
    if (inode === undefined) throw failure('ENOENT', file);
    return inode;
  }

  #find(file: string): Inode | undefined {
    return this.#directories.get(path.dirname(file))?.names.get(path.basename(file));
  }

  #at(file: string): Directory {
    const directory = this.#directories.get(path.dirname(file));
    if (directory === undefined) throw failure('ENOENT', file);
    return directory;
  }

  #directory(directory: string): Directory {
    let found = this.#directories.get(directory);
    if (found === undefined) this.#directories.set(directory, (found = new Directory()));
    return found;
  }

  #inodes(): ReadonlySet<Inode> {
    return new Set([...this.#directories.values()].flatMap(({ names }) => [...names.values()]));
  }
}

function attempt(run: () => void): Error | null {
  try {
    run();
    return null;
  } catch (error) {
    return error as Error;
  }
}

function failure(code: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${file}`), { code });
}
