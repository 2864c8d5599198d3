import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** How commands find the door that runs on a data directory. Readable by its owner alone: the token is the admin's. */
const controlFile = z.object({ url: z.url(), token: z.string().min(1), pid: z.number().int() });
export type ControlFile = z.infer<typeof controlFile>;

const NAME = 'control.json';

export function newAdminToken(): string {
  return randomBytes(32).toString('base64url');
}

export function writeControlFile(dir: string, content: ControlFile): void {
  mkdirSync(dir, { recursive: true });
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
    return controlFile.safeParse(JSON.parse(readFileSync(path.join(dir, NAME), 'utf8'))).data;
  } catch {
    return undefined;
  }
}
