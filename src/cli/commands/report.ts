import path from 'node:path';
import type { CommandModule } from 'yargs';
import packageJson from '../../../package.json' with { type: 'json' };
import { shadowEvidence } from '../../evidence/shadow/evidence.ts';
import { writeShadowReport } from '../../report/write-shadow.ts';
import { headlineText, summarySentences } from '../../report/shadow/headline.ts';
import { visible } from '../../report/visible.ts';
import { openWarehouse } from '../../warehouse/index.ts';
import { besideFrom } from '../report/beside.ts';
import { scopeFrom } from '../report/scope.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption } from '../options.ts';
import { demandJournal } from './audit/journal-there.ts';

export interface ReportArguments {
  readonly data: string;
  readonly agent: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly stage: string | undefined;
  readonly timezone: string | undefined;
  readonly policy: string | undefined;
  readonly divergence: string | undefined;
  readonly replay: string | undefined;
  readonly evaluation: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** `interlock report`: exit 1 where the agent made no call in the time that was asked for. */
export const report: CommandModule<object, ReportArguments> = {
  command: 'report',
  describe: 'Write the evidence of a shadow run for a reviewer: a page, Markdown and JSON',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('agent', {
        alias: 'a',
        type: 'string',
        describe: 'Whose calls; needed where the journal has several agents',
      })
      .option('from', { type: 'string', describe: 'Only calls from then on: 2026-03-01, or an ISO 8601 time' })
      .option('to', { type: 'string', describe: 'Only calls before then' })
      .option('stage', {
        choices: ['sandbox', 'staging', 'shadow', 'limited', 'production'],
        describe: 'Only calls of this stage',
      })
      .option('timezone', {
        type: 'string',
        describe: 'Whose days and hours; else that of the agent’s budgets, else UTC',
      })
      .option('policy', {
        alias: 'p',
        type: 'string',
        describe: 'Whose limits are drawn in; else the policy in force last',
      })
      .option('divergence', { type: 'string', describe: 'What `interlock compare --json` printed' })
      .option('replay', { type: 'string', describe: 'What `interlock replay --json` printed' })
      .option('evaluation', {
        type: 'string',
        describe: 'Labels, one a line: {"call":"…","harmful":true,"reason":"…"}; in a section of their own',
      })
      .option('out', {
        alias: 'o',
        type: 'string',
        describe: 'The directory for the three files; else reports/shadow/AGENT',
      })
      .option('json', jsonOption)
      .example('$0 report --agent refunds-bot', 'Everything in .interlock, under reports/shadow/refunds-bot')
      .example('$0 report -a refunds-bot --from 2026-03-01 --to 2026-03-15 --timezone America/New_York', ''),
  handler: async (given) => {
    demandJournal(given.data);
    const warehouse = await openWarehouse(given.data);
    try {
      const asked = await scopeFrom(given, warehouse);
      const { scope } = asked;
      const beside = await besideFrom(given, asked, warehouse);
      const evidence = await shadowEvidence(warehouse, scope, beside);
      const dir = given.out ?? path.join('reports', 'shadow', folderOf(scope.agent));
      const files = await written(() =>
        writeShadowReport(evidence, { data: given.data, version: packageJson.version, dir }),
      );
      if (evidence.overview.period === null) process.exitCode = 1;
      const said = [headlineText(evidence), ...summarySentences(evidence)];
      if (given.json) return console.log(JSON.stringify({ headline: said[0], summary: said.slice(1), files }));
      console.log([`${visible(said[0] ?? '')}.`, ...said.slice(1), '', ...Object.values(files)].join('\n'));
    } finally {
      warehouse.close();
    }
  },
};

async function written<Files>(write: () => Promise<Files>): Promise<Files> {
  return write().catch((error: Error) => {
    throw new CommandFailed(error.message);
  });
}

/** An agent's name as that of a folder, wherever it comes from. */
function folderOf(agent: string): string {
  const plain = agent.replaceAll(/[^\w.-]/g, '-').slice(0, 100);
  return /^\.*$/.test(plain) ? 'agent' : plain;
}
