import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOG_NAME, newSigningKey, readSigningKey } from '../journal/index.ts';
import { CommandFailed } from './failure.ts';

/**
 * Makes a signing key in a file of its own, readable by its owner alone, and gives what it is verified with. Nothing that is
 * there is written over: what an old key signed can be verified by that one alone.
 *
 * @param data a data directory; its copies must not hold the key
 */
export function makeSigningKey(name: string, out: string, data: string): { readonly verifierKey: string } {
  if (!LOG_NAME.test(name)) {
    throw new CommandFailed(
      `Failed to make a key for \`${name}\`: write a name like an address without its scheme, example.com/refunds.`,
    );
  }
  if (existsSync(out)) {
    throw new CommandFailed(
      `Failed to make a key: \`${out}\` is there already. What it signed can be verified by its own key alone.`,
    );
  }
  if (isWithin(out, data)) {
    throw new CommandFailed(
      `Failed to make a key: \`${out}\` is in the data directory, whose copies must not hold it. Name a file elsewhere.`,
    );
  }
  const text = newSigningKey(name);
  const signer = readSigningKey(text);
  if (!signer.ok) throw new Error(signer.failure);
  try {
    writeFileSync(out, `${text}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(
      `Failed to make a key: \`${out}\` cannot be written (${code}). Name a file in a directory that is there and yours.`,
    );
  }
  return { verifierKey: signer.value.verifierKey };
}

function isWithin(file: string, directory: string): boolean {
  const way = path.relative(directory, file);
  return !path.isAbsolute(way) && way.split(path.sep)[0] !== '..';
}
