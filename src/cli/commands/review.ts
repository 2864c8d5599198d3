import type { CommandModule } from 'yargs';
import { SAMPLE } from '../../evidence/review/sample.ts';
import { dataOption, jsonOption, policyOption } from '../options.ts';
import { give } from './review/give.ts';
import { list } from './review/list.ts';
import { show } from './review/show.ts';
import { summaryCommand } from './review/summary.ts';
import type { ReviewArguments } from './review/desk.ts';

/** `interlock review`: one file for each of its commands, in `review/`. */
export const review: CommandModule<object, ReviewArguments> = {
  command: 'review',
  describe: 'Say of an agent’s decisions whether they are sane: a sample of each kind, and every anomaly',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('policy', policyOption)
      .option('agent', { alias: 'a', type: 'string', describe: 'Only of this agent; else of all' })
      .option('by', { type: 'string', describe: 'The human who reviews' })
      .option('seed', {
        type: 'number',
        default: SAMPLE.seed,
        describe: 'Of the draw: the same seed draws the same calls',
      })
      .option('size', { type: 'number', default: SAMPLE.size, describe: 'How many calls to draw, anomalies apart' })
      .option('each', { type: 'number', default: SAMPLE.each, describe: 'The least of each kind, or all there are' })
      .option('timezone', {
        type: 'string',
        describe: 'Where weekends are: Europe/Berlin; else where the agent’s budgets begin their days, else UTC',
      })
      .option('from', {
        type: 'string',
        describe: 'Only of writes from then on, as a gate’s evidence begins: 2026-03-01, or a time with its zone',
      })
      .option('stage', {
        choices: ['sandbox', 'staging', 'shadow', 'limited', 'production'],
        describe: 'Only of writes of this stage, as a gate’s evidence is',
      })
      .option('second', {
        type: 'boolean',
        default: false,
        describe: 'Only what others have reviewed and you have not: a second opinion',
      })
      .option('show-opinions', {
        type: 'boolean',
        default: false,
        describe: 'What others said. Without it, your opinion is your own',
      })
      .option('json', jsonOption)
      .command(list)
      .command(show)
      .command(summaryCommand)
      .command(give)
      .example('$0 review --by ann', 'one after another')
      .example('$0 review list --agent refunds-bot', '')
      .example('$0 review show call_3f2a', '')
      .example('$0 review call_3f2a wrong --by ann --reason "refunded twice"', ''),
  handler: () => undefined,
};
