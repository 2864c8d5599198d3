import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fail, ok, skip, warn, type Finding } from './check.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** A busy door writes a gigabyte in a night. */
const ROOM_WARN_BYTES = 2 * GIB;
/** What `serve` keeps as its reserve, and a segment beside it. */
const ROOM_FAIL_BYTES = 128 * MIB;
/** Every write of an agent waits for one. */
const SYNC_WARN_MS = 20;
const SYNC_FAIL_MS = 250;
const SYNCS = 25;
const SYNC_BYTES = 4_096;

/** Whether there is room to write down what happens, and how long one write takes to be safe. */
export function diskFindings(data: string): readonly Finding[] {
  return [room(data), reserve(data), sync(data)];
}

function room(data: string): Finding {
  const id = 'disk.room';
  const { bavail, bsize } = statfsSync(data);
  const free = bavail * bsize;
  const text = `${size(free)} are free where \`${data}\` lies.`;
  const next = 'make room, or move old segments away once they are kept elsewhere (docs/operations.md)';
  if (free < ROOM_FAIL_BYTES) return fail(id, text, next);
  return free < ROOM_WARN_BYTES ? warn(id, text, next) : ok(id, text);
}

function reserve(data: string): Finding {
  const id = 'disk.reserve';
  const bytes = statSync(path.join(data, 'reserve'), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0)
    return ok(id, `${size(bytes)} are kept for the day the disk is full, so that a kill can still be written.`);
  return warn(id, 'Nothing is kept for the day the disk is full.', 'start the door without --reserve 0');
}

function sync(data: string): Finding {
  const id = 'disk.sync';
  const file = path.join(data, `.doctor-${process.pid}`);
  const took: number[] = [];
  try {
    const handle = openSync(file, 'wx', 0o600);
    try {
      const bytes = Buffer.alloc(SYNC_BYTES, 'x');
      for (let count = 0; count < SYNCS; count += 1) {
        writeSync(handle, bytes);
        const begun = performance.now();
        fdatasyncSync(handle);
        took.push(performance.now() - begun);
      }
    } finally {
      closeSync(handle);
      rmSync(file, { force: true });
    }
  } catch (error) {
    return skip(id, `How long a write takes to be safe was not measured: ${(error as Error).message}.`);
  }
  took.sort((a, b) => a - b);
  const median = took[Math.floor(took.length / 2)] ?? 0;
  const worst = took.at(-1) ?? 0;
  const text = `A write is on the disk after ${median.toFixed(1)} ms, the slowest of ${SYNCS} after ${worst.toFixed(1)} ms; every write of an agent waits for one.`;
  const next = 'put the data directory on a local disk, no network file system';
  if (median > SYNC_FAIL_MS) return fail(id, text, next);
  return median > SYNC_WARN_MS ? warn(id, text, next) : ok(id, text);
}

function size(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}
