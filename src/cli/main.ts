import type { Argv, CommandModule } from 'yargs';
import packageJson from '../../package.json' with { type: 'json' };
import { CommandFailed } from './failure.ts';
import { unknownWords } from './unknown-words.ts';

/** Every command, loaded only when it is called for: `kill` must not wait for the sandbox's libraries. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule<object, never>>>> = {
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox as never,
  probe: async () => (await import('./commands/probe.ts')).probe as never,
  gate: async () => (await import('./commands/gate.ts')).gate as never,
  check: async () => (await import('./commands/check.ts')).check as never,
  serve: async () => (await import('./commands/serve.ts')).serve as never,
  keys: async () => (await import('./commands/keys.ts')).keys as never,
  promotion: async () => (await import('./commands/promotion.ts')).promotion as never,
  grant: async () => (await import('./commands/grant.ts')).grant as never,
  user: async () => (await import('./commands/user.ts')).user as never,
  freeze: async () => (await import('./commands/freeze.ts')).freeze as never,
  kill: async () => (await import('./commands/kill.ts')).kill as never,
  resume: async () => (await import('./commands/resume.ts')).resume as never,
  demote: async () => (await import('./commands/demote.ts')).demote as never,
  'break-glass': async () => (await import('./commands/break-glass.ts')).breakGlass as never,
  holds: async () => (await import('./commands/holds.ts')).holds as never,
  approve: async () => (await import('./commands/approve.ts')).approve as never,
  reject: async () => (await import('./commands/reject.ts')).reject as never,
  status: async () => (await import('./commands/status.ts')).status as never,
  doctor: async () => (await import('./commands/doctor.ts')).doctor as never,
  tail: async () => (await import('./commands/tail.ts')).tail as never,
  policy: async () => (await import('./commands/policy.ts')).policyCommand as never,
  page: async () => (await import('./commands/page.ts')).page as never,
  audit: async () => (await import('./commands/audit.ts')).audit as never,
  baseline: async () => (await import('./commands/baseline.ts')).baseline as never,
  review: async () => (await import('./commands/review.ts')).review as never,
  templates: async () => (await import('./commands/templates.ts')).templates as never,
  compare: async () => (await import('./commands/compare.ts')).compare as never,
  why: async () => (await import('./commands/why.ts')).why as never,
  replay: async () => (await import('./commands/replay.ts')).replayCommand as never,
  record: async () => (await import('./commands/record.ts')).record as never,
  seal: async () => (await import('./commands/seal.ts')).sealCommand as never,
  query: async () => (await import('./commands/query.ts')).query as never,
  report: async () => (await import('./commands/report.ts')).report as never,
  import: async () => (await import('./commands/import.ts')).importCommand as never,
};

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

/**
 * Runs one command line. Gives the exit code: 0 done, 1 refused or a promise broken, 2 a command line no one understands, or
 * a search that could not be made. What `gate` says is its own.
 */
export async function main(args: readonly string[]): Promise<number> {
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
    return couldNotLook ?? (misunderstood ? MISUNDERSTOOD : 1);
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
