import fs from 'node:fs';

/** A terminal that is scrolled, or a collector that is restarted, may take no line for as long as it takes to fill this. */
export const LOG_WAITING_MAX_BYTES = 1_048_576;
/** What a descriptor that takes nothing right now is given before it is asked again. */
export const LOG_RETRY_MS = 20;

/**
 * Writes lines to a file descriptor and makes nobody wait: a reader of the log that stands still must not stop the door.
 * What does not fit is dropped, and counted.
 */
export class LineWriter {
  readonly #fd: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #writing: Buffer | undefined;
  #lost = 0;
  #idle: (() => void)[] = [];
  dropped = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(line: string): void {
    if (this.#waitingBytes + line.length > LOG_WAITING_MAX_BYTES) {
      this.dropped += 1;
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#writing === undefined) this.#next();
  }

  /** Resolves when everything is out, or after so long. */
  flush(withinMs: number): Promise<void> {
    if (this.#writing === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, withinMs);
      this.#idle.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  /** For a process that may not go on: what waits, at once. */
  flushNow(): void {
    try {
      fs.writeSync(this.#fd, this.#waiting.join(''));
    } catch {
      // Nobody reads it.
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #next(): void {
    if (this.#waiting.length === 0) {
      this.#writing = undefined;
      for (const done of this.#idle.splice(0)) done();
      return;
    }
    const lost = this.#lost === 0 ? '' : lostLine(this.#lost);
    this.#writing = Buffer.from(this.#waiting.join('') + lost);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#lost = 0;
    this.#put(this.#writing);
  }

  #put(bytes: Buffer): void {
    fs.write(this.#fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#put(bytes), LOG_RETRY_MS);
        return;
      }
      // Whoever read it has gone: what it was for is gone as well.
      if (error !== null || written === bytes.length) return this.#next();
      this.#put(bytes.subarray(written));
    });
  }
}

function lostLine(count: number): string {
  return `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), count, msg: 'lines of this log were dropped: nobody took them in time' })}\n`;
}
