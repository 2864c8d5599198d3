import fs from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

/** Called exactly once. */
export type Done = (error: Error | null) => void;

/** What the writer asks of a disk: all of it asynchronous, nothing of it retried. A test passes one that fails. */
export interface Disk {
  /** Creates a file that did not exist, and makes its name durable. */
  create(file: string, done: (error: Error | null, created: AppendOnly | null) => void): void;
}

export interface AppendOnly {
  /** Writes all the bytes behind those before, or fails. */
  append(bytes: Buffer, done: Done): void;
  /** Makes everything appended durable (fdatasync). */
  sync(done: Done): void;
  close(done: Done): void;
}

export const disk: Disk = {
  create(file, done) {
    fs.open(file, 'ax', 0o600, (error, fd) => {
      if (error !== null) return done(error, null);
      fs.open(path.dirname(file), 'r', (error, directory) => {
        if (error !== null) return done(error, null);
        fs.fsync(directory, (error) => {
          fs.close(directory, () => done(error, error === null ? appendOnly(fd) : null));
        });
      });
    });
  },
};

function appendOnly(fd: number): AppendOnly {
  const append = (bytes: Buffer, done: Done): void => {
    fs.write(fd, bytes, 0, bytes.length, null, (error, written) => {
      if (error !== null || written === bytes.length) return done(error);
      // A short write is no failure: what is left comes behind it.
      append(bytes.subarray(written), done);
    });
  };
  return { append, sync: (done) => fs.fdatasync(fd, done), close: (done) => fs.close(fd, done) };
}

/** Makes the names in a directory durable. */
export function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Writes a whole file, durable under its name when this returns. */
export function writeDurably(file: string, bytes: Buffer | string): void {
  const fd = fs.openSync(file, 'w', 0o600);
  try {
    fs.writeFileSync(fd, bytes);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  syncDirectory(path.dirname(file));
}

/** Puts a whole file in place at once: whoever reads the name finds the old file or the new one, never a part. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  syncDirectory(path.dirname(file));
}
