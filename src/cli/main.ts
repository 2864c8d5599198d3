import type { Argv } from 'yargs';
import packageJson from '../../package.json' with { type: 'json' };
import { COMMANDS } from './every-command.ts';
import { CommandFailed, CommandMisread } from './failure.ts';
import { unknownWords } from './unknown-words.ts';

/** Errors whose message says it all; any other is a fault of ours and shows where it happened. */
const EXPECTED: ReadonlySet<string> = new Set(['CommandFailed', 'JournalDamaged', 'JournalLocked', 'JournalFailed']);

const USAGE = `$0 <command>

Decides whether an AI agent may work unsupervised on a business API, and is the door it works through.`;

/** Commands whose 1 says what they found, and what they say where they could not look. `gate` says INCONCLUSIVE by its 2. */
const COULD_NOT_LOOK: ReadonlyMap<string, number> = new Map([
  ['probe', 2],
  ['gate', 3],
]);
const MISUNDERSTOOD = 2;

/** What a shell asks while somebody types; no command of its own. */
const COMPLETE = '__complete';

/**
 * Runs one command line. Gives the exit code: 0 done, 1 refused or a promise broken, 2 a command line no one understands, or
 * a search that could not be made. What `gate` says is its own.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === COMPLETE) {
    const { offer } = await import('./completion/offer.ts');
    return offer(args.slice(1));
  }
  // To yargs a last word `help` is its own option, and the one command loaded is all that it would list.
  if (args.length === 1 && args[0] === 'help') {
    const { everyCommand } = await import('./commands/help.ts');
    await everyCommand();
    return 0;
  }
  if (args[0] === 'why') {
    const code = await whyAtOnce(args.slice(1));
    if (code !== undefined) return code;
  }
  const { default: yargs } = await import('yargs');
  const named = Object.hasOwn(COMMANDS, args[0] ?? '') ? COMMANDS[args[0] as string] : undefined;
  const loaders = named === undefined ? Object.values(COMMANDS) : [named];
  const commands = await Promise.all(loaders.map((load) => load()));
  let misunderstood = false;
  try {
    const parser = yargs([...args]);
    await parser
      .scriptName('interlock')
      .usage(USAGE)
      .version(packageJson.version)
      .command(commands)
      .demandCommand(1, 'Name a command. `interlock --help` lists them.')
      .recommendCommands()
      .strict()
      .middleware((given) => refuseTwice(given, parser))
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .fail((message, error, asked) => {
        if (error !== undefined && error !== null) throw error;
        misunderstood = true;
        asked.showHelp('error');
        throw new CommandFailed(`\n${unknownWords(message, args, Object.keys(settingsOf(parser).key))}`);
      })
      .parseAsync();
  } catch (error) {
    const couldNotLook = COULD_NOT_LOOK.get(args[0] ?? '');
    if (!(error instanceof Error && EXPECTED.has(error.name))) {
      if (couldNotLook === undefined) throw error;
      console.error(error);
      return couldNotLook;
    }
    console.error(error.message);
    return couldNotLook ?? (misunderstood || error instanceof CommandMisread ? MISUNDERSTOOD : 1);
  }
  return Number(process.exitCode ?? 0);
}

/**
 * `interlock why`, where its words are plain: somebody waits at 3 AM, and yargs takes a fifth of what that may cost. Whatever
 * is not plain, and every mistake, is for yargs to answer.
 */
async function whyAtOnce(words: readonly string[]): Promise<number | undefined> {
  const { plainWords } = await import('./plain-words.ts');
  const given = plainWords(words);
  if (given === undefined) return undefined;
  const { tell } = await import('./commands/why.ts');
  try {
    await tell(given);
  } catch (error) {
    if (!(error instanceof Error && EXPECTED.has(error.name))) throw error;
    console.error(error.message);
    return 1;
  }
  return Number(process.exitCode ?? 0);
}

/** An option that takes one value and is given two means two things. yargs makes a list of it, which no command expects. */
function refuseTwice(given: Readonly<Record<string, unknown>>, parser: Argv): void {
  const { array: lists } = settingsOf(parser);
  for (const [name, value] of Object.entries(given)) {
    // yargs gives an option of two words under both of its names.
    const written = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (name === '_' || name === '--' || !Array.isArray(value) || lists.includes(written)) continue;
    throw new CommandFailed(`Failed to read --${name}: it is given ${value.length} times, and takes one value.`);
  }
}

interface Settings {
  readonly array: readonly string[];
  /** Every option by its name, whatever stands there. */
  readonly key: Readonly<Record<string, unknown>>;
}

function settingsOf(parser: Argv): Settings {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- part of yargs' interface since version 1, and not of its types
  return (parser as unknown as { getOptions(): Settings }).getOptions();
}
