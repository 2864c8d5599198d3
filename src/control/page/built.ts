import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly bytes: Buffer<ArrayBuffer>;
  /** Absent where it does not get smaller. */
  readonly zipped?: Buffer<ArrayBuffer>;
  readonly type: string;
  /** Of its bytes, without quotes. */
  readonly tag: string;
  /** Its name changes with its content. */
  readonly hashed: boolean;
}

/** What a build left, by the path it is asked for: `/index.html`, `/assets/main-Bx3f.js`. */
export type BuiltPage = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const SMALL_ALREADY = new Set(['.png', '.ico', '.woff2']);

/** As Vite names what it puts into `assets`: `main-DiwrgTda.js`. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;

/** `dist/dashboard`, of a checkout or of the published package, whose code lies in `dist` itself. */
export function dashboardDir(): string {
  const packaged = path.join(import.meta.dirname, '../../../dashboard');
  return existsSync(packaged) ? packaged : path.join(import.meta.dirname, '../../../dist/dashboard');
}

/**
 * The page's files, read once and kept; read anew when a build has put another `index.html` there. What is asked for is looked
 * up among them and never on the disk, so that no path leads elsewhere.
 */
export class Dashboard {
  readonly #dir: string;
  #madeMs = Number.NaN;
  #page: Promise<BuiltPage> | undefined;

  constructor(dir = dashboardDir()) {
    this.#dir = dir;
  }

  /** `undefined`: nobody has built it. */
  async page(): Promise<BuiltPage | undefined> {
    const index = await stat(path.join(this.#dir, 'index.html')).catch(() => undefined);
    if (index === undefined) return undefined;
    if (index.mtimeMs !== this.#madeMs || this.#page === undefined) {
      this.#madeMs = index.mtimeMs;
      this.#page = read(this.#dir);
    }
    try {
      return await this.#page;
    } catch {
      // A build is under way: what it takes away may be gone. The next one who asks reads anew.
      this.#page = undefined;
      return undefined;
    }
  }
}

async function read(dir: string): Promise<BuiltPage> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = await Promise.all(
    files.map(async (entry): Promise<[string, PageFile]> => {
      const file = path.join(entry.parentPath, entry.name);
      const asked = `/${path.relative(dir, file).split(path.sep).join('/')}`;
      return [asked, await fileOf(file, asked)];
    }),
  );
  return new Map(pairs);
}

async function fileOf(file: string, asked: string): Promise<PageFile> {
  const bytes = await readFile(file);
  const ending = path.extname(file);
  const zipped = SMALL_ALREADY.has(ending) ? bytes : await promisify(gzip)(bytes);
  return {
    bytes,
    ...(zipped.length < bytes.length && { zipped }),
    type: TYPES[ending] ?? 'application/octet-stream',
    tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    hashed: HASHED.test(asked),
  };
}
