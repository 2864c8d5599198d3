import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

/** Reads what a journal's files hold, as bytes from the disk, a piece at a time. Knows nothing of the code that wrote them. */
export class Tail {
  readonly #directory: string;
  #file = '';
  #offset = 0;

  constructor(dir: string) {
    this.#directory = path.join(dir, 'segments');
  }

  /** The lines that came since the last call. */
  lines(): readonly string[] {
    const lines: string[] = [];
    for (const file of readdirSync(this.#directory).sort()) {
      if (file < this.#file) continue;
      if (file > this.#file) {
        this.#file = file;
        this.#offset = 0;
      }
      lines.push(...this.#more().split('\n').slice(0, -1));
    }
    return lines;
  }

  #more(): string {
    const file = path.join(this.#directory, this.#file);
    const bytes = Buffer.alloc(statSync(file).size - this.#offset);
    const descriptor = openSync(file, 'r');
    readSync(descriptor, bytes, 0, bytes.length, this.#offset);
    closeSync(descriptor);
    // A line that is not whole yet is left for the next call.
    const end = bytes.lastIndexOf('\n') + 1;
    this.#offset += end;
    return bytes.toString('utf8', 0, end);
  }
}
