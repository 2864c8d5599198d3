import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import type { Oracle } from '../../lab/oracles/oracle.ts';
import type { Discovery } from '../../lab/probe/discovery.ts';
import type { Field } from '../../lab/probe/field.ts';
import type { ToldDiscovery } from '../../lab/probe/report.ts';
import { isFound } from '../../lab/probe/result.ts';
import { searching } from '../../lab/probe/search.ts';
import { ENGINE_VERSION } from '../../journal/index.ts';
import { probeJson, probeJunit, probeText } from '../../report/index.ts';
import { jsonOption, policyOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';
import { CommandFailed } from '../failure.ts';
import { adversariesNamed, adversaryNames } from '../probe/adversaries.ts';
import { blaming, oracleFilesOf } from '../probe/blame.ts';
import { probeField } from '../probe/field.ts';
import { saveDiscovery } from '../probe/keep.ts';
import { refuseUnknownKinds } from '../probe/kinds.ts';
import { demandPlace } from '../probe/place.ts';
import { extentOf, seedOf } from '../probe/options.ts';
import { loadOracles } from '../probe/oracles.ts';
import { oraclesFor } from '../probe/oracles-for.ts';
import { ProgressLine } from '../probe/progress.ts';
import { searched } from '../probe/searched.ts';
import { toldOf } from '../probe/told.ts';

/** What shells say of a command that Ctrl-C ended: 128 and the signal's number. */
const INTERRUPTED_CODE = 130;

interface ProbeArguments {
  readonly policy: string;
  readonly runs: string | undefined;
  readonly seed: string | undefined;
  readonly time: string | undefined;
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly oracle: readonly string[];
  readonly save: string | undefined;
  readonly only: readonly string[];
  readonly 'keep-going': boolean;
}

/**
 * `interlock probe`: exit 1 where a sequence of calls was found that does what must never happen, and 2 where it could not
 * search (see `main.ts`): CI must not take a policy that cannot be read for one with a hole.
 */
export const probe: CommandModule<object, ProbeArguments> = {
  command: 'probe [policy]',
  describe: 'Search for a sequence of calls that does what must never happen, through the same engine',
  builder: (yargs) =>
    yargs
      .positional('policy', policyOption)
      .option('time', { type: 'string', describe: 'How long it searches. Default: 60s, or until --runs are made' })
      .option('runs', { type: 'string', describe: 'How many runs it makes: the same on every machine' })
      .option('seed', {
        type: 'string',
        describe: 'The same seed finds the same. Default: a random one, which is told',
      })
      .option('oracle', {
        type: 'string',
        array: true,
        default: [],
        describe: 'A file with oracles of your own, beside the policy’s `never`',
      })
      .option('only', {
        type: 'string',
        array: true,
        default: [],
        describe: `These adversaries alone: ${adversaryNames.join(', ')}`,
      })
      .option('keep-going', {
        type: 'boolean',
        default: false,
        describe: 'Go on behind a discovery, with what has not happened yet',
      })
      .option('save', { type: 'string', describe: 'Keep each discovery there, as a scenario for `interlock sandbox`' })
      .option('junit', { type: 'string', describe: 'Write JUnit XML to this file' })
      .option('json', jsonOption)
      .epilogue(EXITS)
      .example('$0 probe interlock.yaml', 'for a minute')
      .example('$0 probe --runs 2000 --seed 7 --junit probe.xml', 'in CI: the same every time')
      .example('$0 probe --keep-going --save scenarios/found', 'everything there is, and keep it'),
  handler: async (options) => {
    const extent = extentOf(options.runs, options.time);
    const seed = seedOf(options.seed);
    const adversaries = adversariesNamed(options.only);
    const loaded = await policyFrom(options.policy);
    const oracleFiles = await oracleFilesOf(options.oracle);
    const blame = <One>(run: () => Promise<One>): Promise<One> => blaming(loaded, oracleFiles, run);
    const field = await blame(() => probeField(loaded));
    refuseUnknownKinds(field);
    const { oracles, remarks } = oraclesFor(loaded, await loadOracles(options.oracle));
    // Before a minute of searching, and not behind it.
    demandPlace('--save', options.save);
    demandPlace('--junit', options.junit === undefined ? undefined : path.dirname(options.junit));
    const startedAt = new Date().toISOString();
    const line = new ProgressLine(options.json ? process.stderr : process.stdout);
    const clock = { now: () => Math.floor(performance.now()) };
    const terms = { ...extent, seed, clock, keepGoing: options['keep-going'] };
    const unwritten: string[] = [];
    const tellings = new Map<Discovery, ToldDiscovery>();
    const told = async (discovery: Discovery): Promise<ToldDiscovery> => {
      const known = tellings.get(discovery) ?? (await tellOne(discovery, field, oracles, options, unwritten));
      tellings.set(discovery, known);
      return known;
    };
    const result = await blame(() =>
      searched(searching(field, oracles, adversaries, terms), {
        progress: (progress) => line.show(progress),
        found: async (discovery) => void (await told(discovery)),
      }),
    );
    line.end();
    const toldAll = (all: readonly Discovery[]): Promise<ToldDiscovery[]> => Promise.all(all.map(told));
    const [holes, bugs] = [await toldAll(result.discoveries), await toldAll(result.bugs)];
    const { file, digest, rulesDigest: rules } = loaded;
    const report = { file, digest, rules, version: ENGINE_VERSION, startedAt, result, holes, bugs, remarks };
    if (options.json) process.stdout.write(probeJson(report));
    else console.log(probeText(report));
    if (result.ended === 'interrupted') process.exitCode = INTERRUPTED_CODE;
    const { junit } = options;
    if (junit !== undefined) await written(`--junit ${junit}`, () => writeJunit(junit, probeJunit(report)), unwritten);
    // What was found is told first: a search over night is not lost to a directory that nobody can write.
    if (isFound(result)) {
      process.exitCode = 1;
      for (const line of unwritten) console.error(line);
    } else if (unwritten.length > 0) {
      throw new CommandFailed(unwritten.join('\n'));
    }
  },
};

const EXITS =
  'Exit 0: none found. Exit 1: found. Exit 2: it could not search, or not write what it was asked to: a policy with a mistake, ' +
  'an upstream without a mock, an oracle that cannot be read, an option that nobody understands. ' +
  'Exit 130: interrupted before anything was found.';

async function tellOne(
  discovery: Discovery,
  field: Field,
  oracles: readonly Oracle[],
  { save, oracle: oracleFiles }: ProbeArguments,
  unwritten: string[],
): Promise<ToldDiscovery> {
  const told = toldOf(discovery, field, oracles);
  const isKept = save !== undefined && oracles.some(({ name }) => name === discovery.harm.oracle);
  const keeping = isKept
    ? () => saveDiscovery(discovery, told, field, { dir: save, oracleFiles })
    : () => Promise.resolve(null);
  return { discovery, told, keptAs: await written(`--save ${save ?? ''}`, keeping, unwritten) };
}

async function writeJunit(file: string, xml: string): Promise<null> {
  await writeFile(file, xml);
  return null;
}

/** What `write` gives; `null`, and a line in `unwritten`, where the disk refuses. */
async function written<One>(what: string, write: () => Promise<One>, unwritten: string[]): Promise<One | null> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    unwritten.push(`Failed to write ${what}: ${error.message}; name a place that can be written.`);
    return null;
  }
}
