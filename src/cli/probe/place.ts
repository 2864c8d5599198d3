import { accessSync, constants } from 'node:fs';
import { makeDirectory } from '../../journal/index.ts';
import { CommandFailed } from '../failure.ts';

/** Makes a directory that a command will write to, where it is not there; fails where that cannot be. */
export function demandPlace(option: string, directory: string | undefined): void {
  if (directory === undefined) return;
  try {
    makeDirectory(directory);
    accessSync(directory, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(
      `Failed to open \`${directory}\` for ${option}: ${why}. Name a directory that can be written to.`,
    );
  }
}
