import type { Entry } from '../manual/catalog.ts';

/** What completion knows of a command: small, for a shell waits for it at every key. */
export interface Words {
  readonly about: string;
  /** By its name with its dashes; `values`: what may stand behind it, `null`: nothing does. */
  readonly options: Readonly<Record<string, { readonly about: string; readonly values: Values | null }>>;
  readonly positional: Values;
  readonly below: Readonly<Record<string, Words>>;
}

/** Words to choose from, or where such words come from. */
export type Values = readonly string[] | 'agents' | 'holds' | 'files' | 'directories' | 'any';

/** What an option or a positional of some name takes, whatever command it is of. */
const TAKES: Readonly<Record<string, Values>> = {
  agent: 'agents',
  drill: 'agents',
  as: 'agents',
  call: 'holds',
  data: 'directories',
  out: 'directories',
  policy: 'files',
  file: 'files',
  new: 'files',
};

export function wordsOf(entry: Entry): Words {
  const options: Record<string, Words['options'][string]> = {};
  for (const { name, describe, type, choices } of entry.options) {
    const values = type === 'boolean' ? null : choices.length > 0 ? choices : (TAKES[name] ?? 'any');
    options[`--${name}`] = { about: describe, values };
  }
  const [first] = entry.positionals;
  const positional: Values =
    first === undefined ? [] : first.choices.length > 0 ? first.choices : (TAKES[first.name] ?? 'any');
  return {
    about: entry.describe,
    options,
    positional,
    below: Object.fromEntries(
      entry.commands
        .filter(({ synopsis }) => !synopsis.startsWith('$0'))
        .map((each) => [each.path.at(-1) ?? '', wordsOf(each)]),
    ),
  };
}
