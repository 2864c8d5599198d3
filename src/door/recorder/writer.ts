import path from 'node:path';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Timers } from '../../std/timers.ts';
import type { AppendOnly, Disk } from '../../journal/disk.ts';
import type { BeginningLine, GapLine, RecordedLine } from './lines.ts';

/** A file is closed behind this, and the next begun. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** What may wait for the disk. Beyond it lines are lost, counted, and told of. */
export const PENDING_BYTES_MAX = 64 * 1024 * 1024;
/** How long a disk that failed is left alone before the next file is tried. */
export const RETRY_MS = 1_000;

export interface WriterParts {
  readonly dir: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly timers: Timers;
  /** The first line of each file. */
  readonly beginning: () => BeginningLine;
  readonly fileBytesMax?: number;
  /** Lines are being lost, or no longer. */
  readonly onGap: (gap: GapLine['gap'] | 'over') => void;
}

interface Batch {
  readonly lines: string[];
  bytes: number;
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
}

interface Gap {
  readonly since: Instant;
  readonly why: string;
  lines: number;
}

const emptyBatch = (): Batch => ({ lines: [], bytes: 0, waiting: [] });

const FILE = /^(\d{6})\.ndjson$/;

/**
 * Appends lines to the newest file of a directory, as group commits: one write and one fdatasync at a time, for everything that
 * came meanwhile. A file that failed is never written again: what it ends with may be torn, and the next one tells of the gap.
 */
export class RecordingWriter {
  readonly #parts: WriterParts;
  #batch = emptyBatch();
  #pendingBytes = 0;
  #file: AppendOnly | undefined;
  #number: number;
  #written = 0;
  #running = false;
  #closed = false;
  #gap: Gap | undefined;
  #idle: (() => void)[] = [];

  constructor(parts: WriterParts) {
    this.#parts = parts;
    parts.disk.makeDirectory(parts.dir);
    this.#number = Math.max(0, ...parts.disk.names(parts.dir).map((name) => Number(FILE.exec(name)?.[1] ?? 0)));
  }

  append(line: RecordedLine): void {
    if (this.#closed) return;
    const text = `${JSON.stringify(line)}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.#gap !== undefined) return this.#lose(1, this.#gap.why);
    if (this.#pendingBytes + bytes > PENDING_BYTES_MAX) return this.#lose(1, 'the disk is behind');
    this.#batch.lines.push(text);
    this.#batch.bytes += bytes;
    this.#pendingBytes += bytes;
    this.#run();
  }

  /** Resolves when everything appended so far is on the disk; rejects where some of it never will be. */
  durable(): Promise<void> {
    if (this.#gap !== undefined) return Promise.reject(new Error(this.#gap.why));
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve, reject) => this.#batch.waiting.push({ resolve, reject }));
  }

  /** Writes what is pending, and lets the file go. Nothing is appended behind this. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await new Promise<void>((resolve) => (this.#file === undefined ? resolve() : this.#file.close(() => resolve())));
    this.#file = undefined;
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    // What else comes in this turn of the event loop rides along.
    this.#parts.timers.soon(() => void this.#commit());
  }

  async #commit(): Promise<void> {
    while (this.#batch.lines.length > 0 || this.#batch.waiting.length > 0) {
      const batch = this.#batch;
      this.#batch = emptyBatch();
      try {
        if (batch.lines.length > 0) await this.#write(batch);
        for (const { resolve } of batch.waiting) resolve();
      } catch (error) {
        this.#failed(error as NodeJS.ErrnoException, batch);
      }
      this.#pendingBytes -= batch.bytes;
    }
    this.#running = false;
    for (const done of this.#idle.splice(0)) done();
  }

  async #write({ lines, bytes }: Batch): Promise<void> {
    const { fileBytesMax = FILE_BYTES_MAX } = this.#parts;
    if (this.#file !== undefined && this.#written + bytes > fileBytesMax) {
      const full = this.#file;
      this.#file = undefined;
      await settled((done) => full.close(done));
    }
    const file = (this.#file ??= await this.#create());
    await settled((done) => file.append(Buffer.from(lines.join('')), done));
    await settled((done) => file.sync(done));
    this.#written += bytes;
  }

  /** A new file with its first line, durable together with the lines that come next. */
  async #create(): Promise<AppendOnly> {
    const { dir, disk, beginning } = this.#parts;
    this.#number += 1;
    const name = path.join(dir, `${String(this.#number).padStart(6, '0')}.ndjson`);
    const file = await new Promise<AppendOnly>((resolve, reject) => {
      disk.create(name, (error, created) => (created === null ? reject(error ?? new Error(name)) : resolve(created)));
    });
    const first = Buffer.from(`${JSON.stringify(beginning())}\n`);
    await settled((done) => file.append(first, done));
    this.#written = first.length;
    return file;
  }

  /** INVARIANT: a file whose write or sync failed gets nothing more, and nobody is told that what it got is safe. */
  #failed(error: NodeJS.ErrnoException, { lines, waiting }: Batch): void {
    const lost = this.#batch;
    this.#batch = emptyBatch();
    this.#pendingBytes -= lost.bytes;
    this.#file?.close(() => undefined);
    this.#file = undefined;
    this.#lose(lines.length + lost.lines.length, error.code ?? error.message);
    for (const { reject } of [...waiting, ...lost.waiting]) reject(error);
  }

  #lose(lines: number, why: string): void {
    if (this.#gap !== undefined) {
      this.#gap.lines += lines;
      return;
    }
    const since = this.#parts.clock.now();
    this.#gap = { since, why, lines };
    this.#parts.onGap({ since, until: since, lines, why });
    this.#parts.timers.after(RETRY_MS, () => this.#retry());
  }

  /** The next file begins with the gap; where even that cannot be written, it goes on. */
  #retry(): void {
    const gap = this.#gap;
    if (gap === undefined) return;
    this.#gap = undefined;
    const line: GapLine = { gap: { ...gap, until: this.#parts.clock.now() } };
    this.append(line);
    this.durable().then(
      () => this.#parts.onGap('over'),
      () => {
        // The gap's own line is no line that was lost.
        if (this.#gap !== undefined) this.#gap = { ...gap, lines: gap.lines + this.#gap.lines - 1 };
      },
    );
  }
}

function settled(step: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => step((error) => (error === null ? resolve() : reject(error))));
}
