import { readdirSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../policy/index.ts';

const PACKAGE = 'agent-interlock';
/** A checkout runs its sources, the package what was built of them. */
const EXTENSION = path.extname(new URL(import.meta.url).pathname);

let isHooked = false;

/**
 * Imports a module that a user wrote: a world, a scenario, an oracle, an agent. What it takes from `agent-interlock` is the
 * very code that runs: in a checkout that was never built too, and from a directory where nothing is installed.
 *
 * @throws Error which says in one sentence why it cannot be imported
 */
export async function importOwn(file: string): Promise<{ readonly default?: unknown }> {
  const absolute = path.resolve(file);
  if (statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) throw new Error(missing(absolute));
  if (!isHooked) {
    isHooked = true;
    registerHooks({
      resolve: (specifier, context, next) => {
        const own = ownModule(specifier);
        return own === undefined ? next(specifier, context) : { url: own, shortCircuit: true };
      },
    });
  }
  return (await import(pathToFileURL(absolute).href)) as { readonly default?: unknown };
}

/** `agent-interlock` and `agent-interlock/mocks/payments`, as `exports` of package.json has them. */
function ownModule(specifier: string): string | undefined {
  if (specifier === PACKAGE) return new URL(`../index${EXTENSION}`, import.meta.url).href;
  const world = new RegExp(`^${PACKAGE}/mocks/([\\w-]+)$`).exec(specifier)?.[1];
  return world === undefined ? undefined : new URL(`../../mocks/${world}${EXTENSION}`, import.meta.url).href;
}

function missing(file: string): string {
  const folder = path.dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return `there is no directory ${folder}.`;
  const near = nearest(path.basename(file), readdirSync(folder));
  return `there is no file ${file}${near === undefined ? '' : `; did you mean \`${near}\``}${near === undefined ? '.' : '?'}`;
}
