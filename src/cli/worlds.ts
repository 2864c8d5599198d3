import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import type { WorldDefinition } from '../lab/world/world.ts';
import { CommandFailed } from './failure.ts';

/** Beside the sources in a checkout, beside the built files in the package: the same way from here. */
const SHIPPED_DIRECTORY = fileURLToPath(new URL('../../mocks', import.meta.url));

/** Modules, but neither declarations nor documents. */
const WORLD_FILE = /^(?<name>[^.]+)\.(?:ts|js)$/;

/** The world that a policy's `mock:` names: a shipped one by its name, or a file, relative to the policy's own. */
export async function loadWorld(mock: string, policyFile: string): Promise<WorldDefinition> {
  const file = isPath(mock) ? path.resolve(path.dirname(policyFile), mock) : shippedFile(mock);
  const failed = (why: string, cause?: unknown): CommandFailed =>
    new CommandFailed(`Failed to load mock \`${mock}\`: ${why}`, { cause });
  let module: { readonly default?: Partial<WorldDefinition> };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error), error);
  }
  const world = module.default;
  if (typeof world?.create !== 'function' || !Array.isArray(world.paths)) {
    throw failed('its default export must be a world. Write `export default defineWorld({ … })`.');
  }
  return world as WorldDefinition;
}

/** The shipped worlds, by name. */
export function shippedWorlds(): ReadonlyMap<string, string> {
  const files = readdirSync(SHIPPED_DIRECTORY, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const name = entry.isFile() ? WORLD_FILE.exec(entry.name)?.groups?.['name'] : undefined;
    return name === undefined ? [] : [[name, path.join(SHIPPED_DIRECTORY, entry.name)]];
  });
  return new Map(files.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** `./mocks/payments.ts`, `../payments.js`, `/srv/mocks/payments.ts`: everything else is a name. */
function isPath(mock: string): boolean {
  return /^\.\.?[\\/]/.test(mock) || path.isAbsolute(mock);
}

function shippedFile(mock: string): string {
  const shipped = shippedWorlds();
  const file = shipped.get(mock);
  if (file !== undefined) return file;
  const names = [...shipped.keys()];
  const meant = /[\\/.]/.test(mock) ? `./${mock}` : closest(mock, names);
  throw new CommandFailed(
    `Failed to find mock \`${mock}\`; did you mean \`${meant}\`? A mock is a shipped world (${names.join(', ')}) ` +
      'or a file, written as a path that begins with `./`, `../` or `/`.',
  );
}
