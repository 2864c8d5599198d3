import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeDirectory } from '../journal/index.ts';
import { TOKEN_PREFIX } from '../journal/secrets.ts';

/** How commands find the door that runs on a data directory. Readable by its owner alone: the token is the admin's. */
export interface ControlFile {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Its own certificate (PEM), where it speaks TLS: commands trust exactly this one. */
  readonly certificate?: string;
  /** Where agents reach the door, as it was told to listen; absent: an older version wrote this. */
  readonly door?: string;
}

const NAME = 'control.json';

/** In the form of every token of ours, so that wherever somebody writes it, it is known for one and taken out. */
export function newAdminToken(): string {
  return TOKEN_PREFIX + randomBytes(32).toString('base64url');
}

export function writeControlFile(dir: string, content: ControlFile): void {
  makeDirectory(dir);
  const file = path.join(dir, NAME);
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Removes what process `pid` wrote: a door that has lost its directory to another must not take that one's desk away. */
export function removeControlFile(dir: string, pid: number): void {
  if (readControlFile(dir)?.pid === pid) rmSync(path.join(dir, NAME), { force: true });
}

/** `undefined` where no door has left one, or where it is not readable as one. */
export function readControlFile(dir: string): ControlFile | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path.join(dir, NAME), 'utf8'));
    return isControlFile(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** By hand: `kill` must not wait for a schema library. */
function isControlFile(read: unknown): read is ControlFile {
  if (typeof read !== 'object' || read === null) return false;
  const { url, token, pid, certificate } = read as Partial<Record<keyof ControlFile, unknown>>;
  return (
    (certificate === undefined || typeof certificate === 'string') &&
    typeof url === 'string' &&
    URL.canParse(url) &&
    typeof token === 'string' &&
    token !== '' &&
    Number.isInteger(pid)
  );
}
