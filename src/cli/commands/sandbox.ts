import path from 'node:path';
import type { CommandModule } from 'yargs';
import packageJson from '../../../package.json' with { type: 'json' };
import type { FoundScenario } from '../../lab/sandbox/found.ts';
import { withGuest } from '../../lab/sandbox/guest.ts';
import type { SandboxResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { runScenario, type SandboxOptions } from '../../lab/sandbox/sandbox.ts';
import type { Scenario } from '../../lab/sandbox/scenario.ts';
import { writeSandboxReport } from '../../report/index.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption } from '../options.ts';
import { type GuestArguments, guestOptions, readGuest } from '../sandbox/guest-options.ts';
import { ownPolicy } from '../sandbox/own-policy.ts';
import { Progress } from '../sandbox/progress.ts';
import { remedyText } from '../sandbox/remedy-text.ts';
import { loadScenarios, scenarioDirectory } from '../sandbox/shelf.ts';
import { summaryJson, summaryTable, wordsTable } from '../sandbox/summary.ts';

interface SandboxArguments extends GuestArguments {
  readonly names: readonly string[];
  readonly scenarios: string | undefined;
  readonly policy: string | undefined;
  readonly as: string | undefined;
  readonly faults: string | undefined;
  readonly out: string;
  readonly json: boolean;
}

/** One thing to act out, and how. */
export interface Job {
  readonly scenario: Scenario | FoundScenario;
  readonly options: Omit<SandboxOptions, 'dir' | 'onProgress'>;
  readonly remarks: readonly string[];
}

/** `interlock sandbox [names..]` */
export const sandbox: CommandModule<object, SandboxArguments> = {
  command: 'sandbox [names..]',
  describe: 'Act known failures out twice, without and with the door, and measure what it promised',
  builder: (yargs) =>
    yargs
      // What stands behind `--` is an agent's command line, and no scenario.
      .parserConfiguration({ 'populate--': true })
      .positional('names', { type: 'string', array: true, default: [], describe: 'Scenarios; none: all' })
      .option('scenarios', {
        type: 'string',
        describe: 'The directory of scenario files. Default: ./scenarios, else the shipped ones',
      })
      .options(guestOptions)
      .option('policy', {
        alias: 'p',
        type: 'string',
        describe: 'Your policy, with the mocks that it names, instead of a scenario: what its `never:` says is harm',
      })
      .option('as', { type: 'string', describe: 'With --policy: which of its agents. Default: the only one' })
      .option('faults', { type: 'string', describe: 'With --policy: what goes wrong at the businesses, a YAML file' })
      .option('out', {
        alias: 'o',
        type: 'string',
        default: 'reports/sandbox/latest',
        describe: 'Where the report and the journals go; earlier ones there are replaced',
      })
      .option('json', jsonOption)
      .example('$0 sandbox', 'every shipped scenario')
      .example('$0 sandbox double-refund --out reports/refunds', '')
      .example('$0 sandbox double-refund --agent ./my-agent.ts', 'your agent in that world')
      .example('$0 sandbox --policy interlock.yaml -- node my-agent.js', 'your agent under your policy'),
  handler: async (given) => {
    const { out, json } = given;
    const jobs = await jobsOf(given);
    const { result: sandboxResult, html } = await actOut(jobs, out, json ? process.stderr : process.stdout);
    const results = sandboxResult.scenarios;
    if (json) console.log(summaryJson(sandboxResult, html));
    else {
      console.log(summaryTable(sandboxResult));
      for (const [index, { scenario }] of jobs.entries()) {
        if ('course' in scenario && results[index]?.held === false) console.log(remedyText(scenario));
      }
      for (const [index, { options }] of jobs.entries()) {
        const result = results[index];
        if (options.agents === 'guest' && result !== undefined) console.log(wordsTable(result));
      }
      console.log(`Report: ${html}`);
    }
    if (results.some(({ held }) => !held)) process.exitCode = 1;
  },
};

/** Acts jobs out, and writes the report and the journals to `out`. */
export async function actOut(
  jobs: readonly Job[],
  out: string,
  progressTo: NodeJS.WriteStream,
): Promise<{ readonly result: SandboxResult; readonly html: string }> {
  const progress = new Progress(
    progressTo,
    jobs.map(({ scenario }) => scenario.name),
  );
  const startedAt = new Date().toISOString();
  const results: ScenarioResult[] = [];
  // One at a time: each is a night of its own, and their timings must not disturb each other.
  for (const { scenario, options, remarks } of jobs) {
    const { name } = scenario;
    const onProgress = progress.step.bind(progress, name);
    const dir = path.join(out, name);
    const result = await runScenario(scenario, { ...options, dir, onProgress }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandFailed(`Failed to run scenario \`${name}\`: ${why}`, { cause: error });
    });
    const told = { ...result, remarks: [...remarks, ...result.remarks] };
    progress.done(told);
    results.push(told);
  }
  const result: SandboxResult = {
    startedAt,
    version: packageJson.version,
    node: process.version,
    scenarios: results,
  };
  const { html } = await writeSandboxReport(result, out);
  return { result, html };
}

async function jobsOf(given: SandboxArguments): Promise<readonly Job[]> {
  const { names, scenarios: directory, policy: file, as, faults } = given;
  const guest = await readGuest(given);
  if (file === undefined) {
    const [idle] = (['as', 'faults'] as const).filter((name) => given[name] !== undefined);
    if (idle !== undefined) throw new CommandFailed(`Failed to read --${idle}: it goes with --policy.`);
    const scenarios = await loadScenarios(scenarioDirectory(directory), names);
    return scenarios.flatMap((scenario): readonly Job[] => {
      if (guest === undefined) return [{ scenario, options: {}, remarks: [] }];
      if (!('course' in scenario)) {
        return [{ scenario: withGuest(scenario, guest), options: { agents: 'guest' }, remarks: [] }];
      }
      if (names.length === 0) return [];
      throw new CommandFailed(
        `Failed to run an agent in scenario \`${scenario.name}\`: it is a course that a probe found, call by call. Run it without one.`,
      );
    });
  }
  if (names.length > 0 || directory !== undefined) {
    throw new CommandFailed('Failed to read --policy: a scenario has its own. Name one or the other.');
  }
  if (guest === undefined) {
    throw new CommandFailed('Failed to run the sandbox: a policy does nothing by itself. Name an agent with --agent.');
  }
  const { scenario, policy, oracles, remarks } = await ownPolicy(file, as, faults);
  return [{ scenario: withGuest(scenario, guest), options: { agents: 'guest', policy, oracles }, remarks }];
}
