import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import type { WorldDefinition } from '../lab/world/world.ts';
import { nearest } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';
import { importOwn } from './own-module.ts';

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
    module = (await importOwn(file)) as typeof module;
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
  const file = shippedWorlds().get(mock);
  if (file !== undefined) return file;
  throw new CommandFailed(
    `Failed to find mock \`${mock}\`; did you mean \`${meantBy(mock)}\`? A mock is ${mockForm()}.`,
  );
}

/** What somebody meant who wrote this: a path without its `./`, or a name that is nearly one. */
function meantBy(mock: string): string {
  return /[\\/.]/.test(mock) ? `./${mock}` : closest(mock, [...shippedWorlds().keys()]);
}

function mockForm(): string {
  const names = [...shippedWorlds().keys()].join(', ');
  return `a shipped world (${names}) or a file, written as a path that begins with \`./\`, \`../\` or \`/\``;
}

/** What is wrong with a policy's `mock:`, as far as it can be seen without running it; `undefined`: it is there. */
export function mockFault(mock: string, policyFile: string): MockFault | undefined {
  if (!isPath(mock)) {
    if (shippedWorlds().has(mock)) return undefined;
    return { message: `\`${mock}\` is no mock`, accepted: mockForm(), suggestion: meantBy(mock) };
  }
  const file = path.resolve(path.dirname(policyFile), mock);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return undefined;
  // A world that was meant to be written down and is shipped.
  const name = WORLD_FILE.exec(path.basename(mock))?.groups?.['name'] ?? '';
  const suggestion = neighbour(mock, file) ?? (shippedWorlds().has(name) ? name : undefined);
  return { message: `there is no file \`${file}\``, ...(suggestion !== undefined && { suggestion }) };
}

export interface MockFault {
  readonly message: string;
  readonly accepted?: string;
  readonly suggestion?: string;
}

/** A file beside it whose name is nearly the same, or only ends otherwise. */
function neighbour(mock: string, file: string): string | undefined {
  const folder = path.dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const near = nearest(
    path.basename(file),
    readdirSync(folder).filter((name) => WORLD_FILE.test(name)),
  );
  return near === undefined ? undefined : mock.slice(0, mock.length - path.basename(mock).length) + near;
}
