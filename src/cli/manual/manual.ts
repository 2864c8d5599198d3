import type { Entry, Said } from './catalog.ts';
import { ENVIRONMENT, EXIT_CODES, FILES, FURTHER } from './further.ts';

/** One command's manual, in parts. */
export interface Manual {
  readonly name: string;
  readonly describe: string;
  readonly synopsis: string;
  readonly commands: readonly { readonly name: string; readonly describe: string }[];
  readonly positionals: readonly Said[];
  readonly options: readonly Said[];
  readonly examples: readonly { readonly line: string; readonly about: string }[];
  readonly exit: readonly { readonly code: number; readonly means: string }[];
}

export function manualOf(entry: Entry): Manual {
  const words = entry.path.join(' ');
  const { examples = [], exit = {} } = FURTHER[words] ?? {};
  const rest = entry.synopsis.split(' ').slice(1).join(' ');
  const name = `interlock ${words}`;
  const codes = { ...EXIT_CODES, ...exit };
  return {
    name,
    describe: entry.describe,
    synopsis: [
      name,
      ...(entry.commands.length > 0 ? ['COMMAND'] : []),
      ...(rest === '' ? [] : [rest]),
      '[options]',
    ].join(' '),
    commands: entry.commands.map(({ path, describe }) => ({ name: path.join(' '), describe })),
    positionals: entry.positionals,
    options: entry.options,
    examples: [...entry.examples, ...examples.map(([line, about]) => ({ line, about })), ...below(entry)].map(
      ({ line, about }) => ({
        line: line.replace('$0', 'interlock'),
        about,
      }),
    ),
    exit: Object.entries(codes).map(([code, means]) => ({ code: Number(code), means })),
  };
}

/** Of a command that has none of its own, those of its parts; and of a part, at least how it is called. */
function below(entry: Entry): Entry['examples'] {
  if (entry.examples.length > 0 || FURTHER[entry.path.join(' ')]?.examples !== undefined) return [];
  if (entry.commands.length > 0) return entry.commands.flatMap(({ examples }) => examples);
  const needed = entry.options
    .filter(({ required }) => required)
    .map(({ name, type, choices }) => `--${name}${type === 'boolean' ? '' : ` ${choices[0] ?? name.toUpperCase()}`}`);
  const named = entry.synopsis
    .split(' ')
    .slice(1)
    .flatMap((word) => /^<(?<name>[\w-]+)/.exec(word)?.groups?.['name']?.toUpperCase() ?? []);
  return [{ line: ['$0', ...entry.path, ...named, ...needed].join(' '), about: '' }];
}

const INDENT = '  ';

/** For a terminal. */
export function manualText(manual: Manual): string {
  const { name, describe, synopsis, commands, positionals, options, examples, exit } = manual;
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => INDENT + line)];
  return [
    'NAME',
    `${INDENT}${name} - ${describe}`,
    ...part('SYNOPSIS', [synopsis]),
    ...part(
      'COMMANDS',
      commands.map((one) => `${one.name}  ${one.describe}`),
    ),
    ...part(
      'WHAT IT IS GIVEN',
      positionals.flatMap((one) => saidLines(one, one.name.toUpperCase())),
    ),
    ...part(
      'OPTIONS',
      options.flatMap((one) => saidLines(one, flags(one))),
    ),
    ...part(
      'EXIT CODES',
      exit.map(({ code, means }) => `${code}  ${means}`),
    ),
    ...part(
      'FILES',
      FILES.map(([file, about]) => `${file}  ${about}`),
    ),
    ...part(
      'ENVIRONMENT',
      ENVIRONMENT.map(([variable, about]) => `${variable}  ${about}`),
    ),
    ...part(
      'EXAMPLES',
      examples.flatMap(({ line, about }) => (about === '' ? [line] : [line, `${INDENT}${about}`])),
    ),
  ].join('\n');
}

function flags({ name, alias, type }: Said): string {
  const names = [...alias.filter((one) => one.length === 1).map((one) => `-${one}`), `--${name}`].join(', ');
  return type === 'boolean' ? names : `${names} ${type === 'number' ? 'N' : type === 'array' ? 'X…' : 'X'}`;
}

function saidLines({ describe, choices, default: usual, required }: Said, head: string): readonly string[] {
  const terms = [
    ...(required ? ['needed'] : []),
    ...(choices.length > 0 ? [`one of ${choices.join(', ')}`] : []),
    ...(usual === undefined ? [] : [`default ${usual}`]),
  ];
  return [head, `${INDENT}${INDENT}${describe}${terms.length === 0 ? '' : ` (${terms.join('; ')})`}`];
}

/** As a manual page (man(7)). */
export function manualPage(manual: Manual, version: string): string {
  const { name, describe, synopsis, commands, positionals, options, examples, exit } = manual;
  const text = (one: string): string =>
    one
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replaceAll(/^(['.])/gm, '\\&$1');
  const terms = (pairs: readonly (readonly [string, string])[]): readonly string[] =>
    pairs.flatMap(([term, about]) => ['.TP', `.B ${text(term)}`, text(about)]);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
  const paged = (one: Said, head: string): readonly [string, string] => [head, (saidLines(one, head)[1] ?? '').trim()];
  return [
    `.TH ${name.replaceAll(' ', '-').toUpperCase()} 1 "" "interlock ${version}" "Interlock"`,
    ...section('NAME', [`${text(name.replaceAll(' ', '-'))} \\- ${text(describe)}`]),
    ...section('SYNOPSIS', [`.B ${text(synopsis)}`]),
    ...section('COMMANDS', terms(commands.map((one) => [one.name, one.describe]))),
    ...section('ARGUMENTS', terms(positionals.map((one) => paged(one, one.name.toUpperCase())))),
    ...section('OPTIONS', terms(options.map((one) => paged(one, flags(one))))),
    ...section('EXIT STATUS', terms(exit.map(({ code, means }) => [String(code), means]))),
    ...section('FILES', terms(FILES)),
    ...section('ENVIRONMENT', terms(ENVIRONMENT)),
    ...section(
      'EXAMPLES',
      examples.flatMap(({ line, about }) => ['.PP', '.nf', text(line), '.fi', ...(about === '' ? [] : [text(about)])]),
    ),
    '',
  ].join('\n');
}
