import path from 'node:path';
import type { CommandModule } from 'yargs';
import packageJson from '../../../package.json' with { type: 'json' };
import type { SandboxResult, ScenarioResult } from '../../lab/sandbox/result.ts';
import { runScenario } from '../../lab/sandbox/sandbox.ts';
import { writeSandboxReport } from '../../report/index.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption } from '../options.ts';
import { Progress } from '../sandbox/progress.ts';
import { loadScenarios, scenarioDirectory } from '../sandbox/shelf.ts';
import { summaryJson, summaryTable } from '../sandbox/summary.ts';

interface SandboxArguments {
  readonly names: readonly string[];
  readonly scenarios: string | undefined;
  readonly out: string;
  readonly json: boolean;
}

/** `interlock sandbox [names..]` */
export const sandbox: CommandModule<object, SandboxArguments> = {
  command: 'sandbox [names..]',
  describe: 'Act known failures out twice, without and with the door, and measure what it promised',
  builder: (yargs) =>
    yargs
      .positional('names', { type: 'string', array: true, default: [], describe: 'Scenarios; none: all' })
      .option('scenarios', {
        type: 'string',
        describe: 'The directory of scenario files. Default: ./scenarios, else the shipped ones',
      })
      .option('out', {
        alias: 'o',
        type: 'string',
        default: 'reports/sandbox/latest',
        describe: 'Where the report and the journals go; earlier ones there are replaced',
      })
      .option('json', jsonOption)
      .example('$0 sandbox', 'every shipped scenario')
      .example('$0 sandbox double-refund --out reports/refunds', ''),
  handler: async ({ names, scenarios: directory, out, json }) => {
    const scenarios = await loadScenarios(scenarioDirectory(directory), names);
    const progress = new Progress(
      json ? process.stderr : process.stdout,
      scenarios.map(({ name }) => name),
    );
    const startedAt = new Date().toISOString();
    const results: ScenarioResult[] = [];
    // One at a time: each is a night of its own, and their timings must not disturb each other.
    for (const scenario of scenarios) {
      const { name } = scenario;
      const onProgress = progress.step.bind(progress, name);
      const result = await runScenario(scenario, { dir: path.join(out, name), onProgress }).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new CommandFailed(`Failed to run scenario \`${name}\`: ${why}`, { cause: error });
      });
      progress.done(result);
      results.push(result);
    }
    const { version } = packageJson;
    const sandboxResult: SandboxResult = { startedAt, version, node: process.version, scenarios: results };
    const { html } = await writeSandboxReport(sandboxResult, out);
    console.log(json ? summaryJson(sandboxResult, html) : `${summaryTable(sandboxResult)}\nReport: ${html}`);
    if (results.some(({ held }) => !held)) process.exitCode = 1;
  },
};
