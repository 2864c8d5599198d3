import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import type { FoundScenario } from '../../lab/sandbox/found.ts';
import type { Scenario } from '../../lab/sandbox/scenario.ts';
import { CommandFailed } from '../failure.ts';
import { importOwn } from '../own-module.ts';
import { foundScenario, isKept } from './found.ts';

const OWN_DIRECTORY = './scenarios';
/** Beside the sources in a checkout, beside the built files in the package: the same way from here. */
const SHIPPED_DIRECTORY = fileURLToPath(new URL('../../../scenarios', import.meta.url));

/** Modules, but neither declarations nor tests. */
const SCENARIO_FILE = /^(?<name>[^.]+)\.(?:ts|mts|js|mjs)$/;

/** The directory to take scenarios from: the one named, else `./scenarios` where there are any, else the shipped ones. */
export function scenarioDirectory(named: string | undefined): string {
  if (named === undefined) return filesIn(OWN_DIRECTORY).size > 0 ? path.resolve(OWN_DIRECTORY) : SHIPPED_DIRECTORY;
  if (!existsSync(named)) throw new CommandFailed(`Failed to read scenarios: there is no directory \`${named}\`.`);
  if (filesIn(named).size === 0) {
    throw new CommandFailed(
      `Failed to find a scenario in \`${named}\`: one is a .ts or .js file with a default export.`,
    );
  }
  return path.resolve(named);
}

/** The named scenarios of a directory, in the order named; without names all of them, by name. */
export async function loadScenarios(
  directory: string,
  names: readonly string[],
): Promise<readonly (Scenario | FoundScenario)[]> {
  const files = filesIn(directory);
  const known = [...files.keys()].sort();
  const unknown = names.find((name) => !files.has(name));
  if (unknown !== undefined) {
    throw new CommandFailed(
      `Failed to find scenario \`${unknown}\` in ${directory}; did you mean \`${closest(unknown, known)}\`? ` +
        `There are: ${known.join(', ')}.`,
    );
  }
  const wanted = names.length === 0 ? known : [...new Set(names)];
  return Promise.all(wanted.map((name) => loadScenario(name, files.get(name) ?? '')));
}

/** The names of all scenarios of a directory, in order. */
export const scenarioNames = (directory: string): readonly string[] => [...filesIn(directory).keys()].toSorted();

async function loadScenario(name: string, file: string): Promise<Scenario | FoundScenario> {
  const failed = (why: string, cause?: unknown): CommandFailed =>
    new CommandFailed(`Failed to load scenario \`${file}\`: ${why}`, { cause });
  let module: { readonly default?: unknown };
  try {
    module = await importOwn(file);
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error), error);
  }
  const scenario = module.default as Partial<Scenario> | null | undefined;
  if (scenario?.name !== undefined && scenario.name !== name) {
    throw failed(`its name is \`${scenario.name}\`; a scenario is called as its file. Name it \`${name}\`.`);
  }
  if (isKept(module.default)) {
    const kept = module.default;
    return foundScenario(kept, file).catch((error: unknown) => {
      throw failed(error instanceof Error ? error.message : String(error), error);
    });
  }
  if (typeof scenario?.policy !== 'string' || typeof scenario.harm !== 'function') {
    throw failed('it has no scenario as its default export. Write `export default defineScenario({ … })`.');
  }
  return scenario as Scenario;
}

/** Scenario files by name. */
function filesIn(directory: string): ReadonlyMap<string, string> {
  if (!existsSync(directory)) return new Map();
  return new Map(
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const name = entry.isFile() ? SCENARIO_FILE.exec(entry.name)?.groups?.['name'] : undefined;
      return name === undefined ? [] : [[name, path.join(path.resolve(directory), entry.name)]];
    }),
  );
}
