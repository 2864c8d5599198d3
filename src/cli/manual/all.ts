import { COMMANDS } from '../every-command.ts';
import { entryOf, type Entry } from './catalog.ts';

/** Every command, read from its definition. Loads all of them. */
export async function everyEntry(): Promise<readonly Entry[]> {
  return Promise.all(Object.values(COMMANDS).map(async (load) => entryOf(await load())));
}
