import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { everyEntry } from '../src/cli/manual/all.ts';
import { withBelow } from '../src/cli/manual/catalog.ts';
import { manualOf, manualPage } from '../src/cli/manual/manual.ts';

/** Writes a manual page for every command, made of its definition: `interlock-grant-create.1`. Gives the files' names. */
export async function writeManualPages(dir: string): Promise<readonly string[]> {
  await mkdir(dir, { recursive: true });
  const entries = (await everyEntry()).flatMap(withBelow).filter(({ synopsis }) => !synopsis.startsWith('$0'));
  return Promise.all(
    entries.map(async (entry) => {
      const name = `interlock-${entry.path.join('-')}.1`;
      await writeFile(path.join(dir, name), manualPage(manualOf(entry), packageJson.version));
      return name;
    }),
  );
}
