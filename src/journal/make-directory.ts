import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a directory, and those above it that are missing: one by one, for Node's own way to make a whole path never ends where
 * the system lets nothing be made (`/proc/x`).
 *
 * @param made called for each that was not there, the outermost first
 */
export function makeDirectory(directory: string, mode?: number, made: (directory: string) => void = () => {}): void {
  const missing: string[] = [];
  for (let at = path.resolve(directory); !isDirectory(at); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      fs.mkdirSync(each, { mode });
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!isDirectory(each)) throw error;
    }
    made(each);
  }
}

function isDirectory(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
