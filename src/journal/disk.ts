import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { makeDirectory } from './make-directory.ts';

/** Called exactly once. */
export type Done = (error: Error | null) => void;

/**
 * Everything that a journal asks of a disk. It is as small as the real one lets it be: what makes a file safe is spelt out
 * above it, in this order and no other, so that a simulated disk which forgets everything unsynced can find fault with it.
 *
 * What the writer and snapshots do while calls are under way makes nobody wait; a start may wait for its disk.
 */
export interface Disk {
  /** Creates a file that did not exist, and makes its name durable; leaves none where it cannot. */
  create(file: string, done: (error: Error | null, created: AppendOnly | null) => void): void;
  /** Creates a directory, with those above it, durably; one that is there stays. */
  makeDirectory(directory: string): void;
  /** The names in a directory; none where there is no such directory. */
  names(directory: string): readonly string[];
  exists(file: string): boolean;
  /** How many bytes a directory's disk has left for us, as far as it tells. Absent: it does not. */
  free?(directory: string): number;
  /** In bytes; `undefined` where there is no such file. */
  size(file: string): number | undefined;
  /** The bytes in [start, end): fewer where the file ends before. */
  read(file: string, start: number, end: number): Buffer;
  text(file: string): string;
  /** Writes a whole file. When this returns its bytes are durable; its name is once {@link syncDirectory} returned too. */
  write(file: string, bytes: Buffer | string): void;
  /** {@link write} that makes nobody wait. */
  writeLater(file: string, bytes: string): Promise<void>;
  /**
   * Writes a file's bytes over themselves, durably. A killed writer may not have synced them; and after a sync that failed
   * the system shows bytes that it will never write by itself, while every later sync reports success.
   */
  rewrite(file: string): void;
  /** Cuts a file behind its first `size` bytes, durably. */
  truncate(file: string, size: number): void;
  /** Gives a file a second name, whole or not at all; `false` where the name is taken. */
  link(file: string, name: string): boolean;
  /** Takes the place of a file that has the name already. */
  rename(file: string, name: string): void;
  /** One that is not there is no error. */
  remove(file: string): void;
  /** Makes the names in a directory durable. */
  syncDirectory(directory: string): void;
}

export interface AppendOnly {
  /** Writes all the bytes behind those before, or fails. */
  append(bytes: Buffer, done: Done): void;
  /** Makes everything appended durable (fdatasync). */
  sync(done: Done): void;
  /** Cuts it behind its first `size` bytes, which is durable with the next {@link sync}. */
  cut(size: number, done: Done): void;
  close(done: Done): void;
}

/** The machine's own. */
export const disk: Disk = {
  create(file, done) {
    // The directory first: where descriptors are few, nothing has been made that would have to go again.
    fs.open(path.dirname(file), 'r', (error, directory) => {
      if (error !== null) return done(error, null);
      fs.open(file, 'ax', OWNER_ONLY, (error, fd) => {
        if (error !== null) return fs.close(directory, () => done(error, null));
        fs.fsync(directory, (error) => {
          fs.close(directory, () => {
            if (error === null) done(null, appendOnly(fd));
            else fs.close(fd, () => fs.unlink(file, () => done(error, null)));
          });
        });
      });
    });
  },

  makeDirectory(directory) {
    makeDirectory(directory, OWNER_ONLY_WITHIN, (made) => disk.syncDirectory(path.dirname(made)));
  },

  names(directory) {
    return fs.existsSync(directory) ? fs.readdirSync(directory) : [];
  },

  exists: (file) => fs.existsSync(file),
  free(directory) {
    const { bavail, bsize } = fs.statfsSync(directory);
    return bavail * bsize;
  },
  size: (file) => fs.statSync(file, { throwIfNoEntry: false })?.size,

  read(file, start, end) {
    const bytes = Buffer.allocUnsafe(end - start);
    return opened(file, 'r', (fd) => {
      let filled = 0;
      while (filled < bytes.length) {
        const got = fs.readSync(fd, bytes, filled, bytes.length - filled, start + filled);
        if (got === 0) break;
        filled += got;
      }
      return bytes.subarray(0, filled);
    });
  },

  text: (file) => fs.readFileSync(file, 'utf8'),

  write(file, bytes) {
    opened(file, 'w', (fd) => {
      fs.writeFileSync(fd, bytes);
      fs.fsyncSync(fd);
    });
  },

  async writeLater(file, bytes) {
    const handle = await open(file, 'w', OWNER_ONLY);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },

  rewrite(file) {
    opened(file, 'r+', (fd) => {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let at = 0; ;) {
        const got = fs.readSync(fd, chunk, 0, CHUNK_BYTES, at);
        if (got === 0) break;
        for (let put = 0; put < got;) put += fs.writeSync(fd, chunk, put, got - put, at + put);
        at += got;
      }
      fs.fsyncSync(fd);
    });
  },

  truncate(file, size) {
    opened(file, 'r+', (fd) => {
      fs.ftruncateSync(fd, size);
      fs.fsyncSync(fd);
    });
  },

  link(file, name) {
    try {
      fs.linkSync(file, name);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  },

  rename: (file, name) => fs.renameSync(file, name),
  remove: (file) => fs.rmSync(file, { force: true }),
  syncDirectory: (directory) => opened(directory, 'r', (fd) => fs.fsyncSync(fd)),
};

const OWNER_ONLY = 0o600;
/** Of a directory: without the third bit its owner cannot get in. Root can, so that a test as root would not notice. */
const OWNER_ONLY_WITHIN = 0o700;
const CHUNK_BYTES = 1024 * 1024;

function appendOnly(fd: number): AppendOnly {
  const append = (bytes: Buffer, done: Done): void => {
    fs.write(fd, bytes, 0, bytes.length, null, (error, written) => {
      if (error !== null || written === bytes.length) return done(error);
      // A short write is no failure: what is left comes behind it.
      append(bytes.subarray(written), done);
    });
  };
  return {
    append,
    sync: (done) => fs.fdatasync(fd, done),
    cut: (size, done) => fs.ftruncate(fd, size, done),
    close: (done) => fs.close(fd, done),
  };
}

function opened<Value>(file: string, flags: string, use: (fd: number) => Value): Value {
  const fd = fs.openSync(file, flags, OWNER_ONLY);
  try {
    return use(fd);
  } finally {
    fs.closeSync(fd);
  }
}
