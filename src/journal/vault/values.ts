import path from 'node:path';
import type { AppendOnly, Disk } from '../disk.ts';
import type { BoxLine } from './box.ts';
import { VALUES_DIRECTORY, valuesAmong, valuesName } from './layout.ts';
import type { Sealed } from './seal.ts';

/** An erasure reads and rewrites whole files, one at a time, so they are kept small. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024;
const DRAFT = '.tmp';

/** What is left of a value that was erased. It names neither a person nor a key. */
interface ErasedLine {
  readonly sealed: Sealed;
  readonly erased: true;
}

export type ValueLine = BoxLine | ErasedLine;

/** The encrypted values: only ever appended to, but for what an erasure takes out. */
export class ValueFiles {
  readonly #dir: string;
  readonly #disk: Disk;
  #file: { readonly handle: AppendOnly; bytes: number } | undefined;

  constructor(dir: string, disk: Disk) {
    this.#dir = path.join(dir, VALUES_DIRECTORY);
    this.#disk = disk;
    // Drafts of an erasure that a crash ended.
    for (const name of disk.names(this.#dir)) if (name.endsWith(DRAFT)) disk.remove(path.join(this.#dir, name));
  }

  /** Writes lines behind those before. After a failure the next ones go into a file of their own. */
  async append(lines: readonly BoxLine[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (this.#file !== undefined && this.#file.bytes + bytes.length > FILE_BYTES_MAX) await this.close();
    const file = (this.#file ??= { handle: await this.#create(), bytes: 0 });
    try {
      await done((then) => file.handle.append(bytes, then));
      file.bytes += bytes.length;
    } catch (error) {
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  /** What was appended is durable once this has resolved; before that, a power cut may take it. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      await done((then) => file.handle.sync(then));
    } finally {
      await done((then) => file.handle.close(then));
    }
  }

  /** Takes out whatever some keys encrypted, from every file. Gives how many values that were. */
  async drop(keys: ReadonlySet<string>): Promise<number> {
    await this.close();
    let dropped = 0;
    for (const name of valueFiles(this.#dir, this.#disk)) {
      const file = path.join(this.#dir, name);
      const text = this.#disk.text(file);
      if (!(text.match(KEY) ?? []).some((key) => keys.has(key))) continue;
      const lines = text.split('\n').map((line) => {
        const value = parseLine(line);
        if (value === undefined || 'erased' in value || !keys.has(value.key)) return line;
        dropped += 1;
        return JSON.stringify({ sealed: value.sealed, erased: true } satisfies ErasedLine);
      });
      await this.#disk.writeLater(file + DRAFT, lines.join('\n'));
      this.#disk.rename(file + DRAFT, file);
    }
    if (dropped > 0) this.#disk.syncDirectory(this.#dir);
    return dropped;
  }

  async #create(): Promise<AppendOnly> {
    this.#disk.makeDirectory(this.#dir);
    const last = valuesAmong(this.#disk.names(this.#dir)).at(-1) ?? 0;
    const file = path.join(this.#dir, valuesName(last + 1));
    return new Promise((resolve, reject) => {
      this.#disk.create(file, (error, created) => {
        if (created === null) reject(error ?? new Error(`Failed to create ${file}.`));
        else resolve(created);
      });
    });
  }
}

const KEY = /key_[0-9a-f]{32}/g;

/** Every line of the value files in a data directory, the newest file first. One that a crash tore is passed over. */
export function* valueLines(dir: string, disk: Disk): Generator<ValueLine> {
  const directory = path.join(dir, VALUES_DIRECTORY);
  for (const name of valueFiles(directory, disk).toReversed()) {
    for (const line of disk.text(path.join(directory, name)).split('\n')) {
      const value = parseLine(line);
      if (value !== undefined) yield value;
    }
  }
}

function parseLine(line: string): ValueLine | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as ValueLine);
  } catch {
    return undefined;
  }
}

function valueFiles(directory: string, disk: Disk): readonly string[] {
  return valuesAmong(disk.names(directory)).map(valuesName);
}

function done(start: (then: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error === null ? resolve() : reject(error))));
}
