import type { Argv, CommandModule } from 'yargs';

/** An option or a positional, as its command defines it. */
export interface Said {
  readonly name: string;
  readonly alias: readonly string[];
  readonly describe: string;
  readonly type: 'string' | 'number' | 'boolean' | 'array' | 'count' | undefined;
  readonly choices: readonly string[];
  /** As text; `undefined`: there is none, or it is nobody's but this machine's. */
  readonly default: string | undefined;
  readonly required: boolean;
}

/** A command with all that it says of itself. */
export interface Entry {
  /** `['grant', 'create']` */
  readonly path: readonly string[];
  /** `create`, `kill [agent]` */
  readonly synopsis: string;
  readonly describe: string;
  readonly positionals: readonly Said[];
  readonly options: readonly Said[];
  readonly examples: readonly { readonly line: string; readonly about: string }[];
  readonly commands: readonly Entry[];
}

/** What a command module defines, read by letting it define itself to somebody who only listens. */
export function entryOf(module: CommandModule<object, never>, above: readonly string[] = []): Entry {
  const synopsis = String(Array.isArray(module.command) ? module.command[0] : (module.command ?? ''));
  const [name = ''] = synopsis.split(' ');
  const path = name === '$0' ? above : [...above, name];
  const heard = new Heard();
  if (typeof module.builder === 'function') void module.builder(heard.argv as Argv<object>);
  else for (const [option, spec] of Object.entries(module.builder ?? {})) heard.option(option, spec as Spec);
  return {
    path,
    synopsis,
    describe: typeof module.describe === 'string' ? module.describe : '',
    positionals: heard.positionals,
    options: heard.options,
    examples: heard.examples,
    commands: heard.commands.map((each) => entryOf(each, path)),
  };
}

interface Spec {
  readonly alias?: string | readonly string[];
  readonly describe?: string;
  readonly description?: string;
  readonly type?: Said['type'];
  readonly array?: boolean;
  readonly choices?: readonly (string | number)[];
  readonly default?: unknown;
  readonly demandOption?: boolean | string;
  readonly hidden?: boolean;
}

class Heard {
  readonly options: Said[] = [];
  readonly positionals: Said[] = [];
  readonly examples: { line: string; about: string }[] = [];
  readonly commands: CommandModule<object, never>[] = [];
  /** Takes every word that yargs does, and keeps those that say something of the command. */
  readonly argv: object = new Proxy(this, {
    get:
      (heard, word: string) =>
      (...given: readonly unknown[]) => {
        if (word === 'option') heard.option(given[0] as string, given[1] as Spec);
        else if (word === 'options')
          for (const [name, spec] of Object.entries(given[0] as object)) heard.option(name, spec as Spec);
        else if (word === 'positional') heard.positionals.push(said(given[0] as string, given[1] as Spec));
        else if (word === 'example') heard.#example(given);
        else if (word === 'command') heard.#command(given[0]);
        return heard.argv;
      },
  });

  option(name: string, spec: Spec): void {
    if (spec.hidden !== true) this.options.push(said(name, spec));
  }

  #example([line, about]: readonly unknown[]): void {
    if (typeof line === 'string') this.examples.push({ line, about: typeof about === 'string' ? about : '' });
  }

  #command(given: unknown): void {
    for (const each of Array.isArray(given) ? given : [given]) this.commands.push(each as CommandModule<object, never>);
  }
}

function said(name: string, spec: Spec): Said {
  const { alias = [], choices = [], demandOption = false } = spec;
  // Whose machine it is would stand in everybody's manual.
  const isOwn = name === 'by';
  return {
    name,
    alias: typeof alias === 'string' ? [alias] : alias,
    describe: spec.describe ?? spec.description ?? '',
    type: spec.array === true ? 'array' : spec.type,
    choices: choices.map(String),
    default: isOwn ? undefined : defaultOf(spec.default),
    required: demandOption !== false,
  };
}

function defaultOf(value: unknown): string | undefined {
  if (value === undefined || value === false || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(' ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** A command and those below it, itself first. */
export function withBelow(entry: Entry): readonly Entry[] {
  return [entry, ...entry.commands.flatMap(withBelow)];
}
