import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { demandJournal } from './audit/journal-there.ts';
import { byOption, dataOption, jsonOption, policyOption } from '../options.ts';

/** What `kill` and `resume` are told. */
export interface SwitchArguments {
  readonly agent: string;
  readonly reason: string;
  readonly by: string;
  readonly policy: string;
  readonly data: string;
  readonly json: boolean;
}

/** `interlock kill AGENT --reason …` */
export const kill: CommandModule<object, SwitchArguments> = {
  command: 'kill <agent>',
  describe: 'Stop an agent now: sever its calls, and refuse every further one until a human resumes it',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for the audit trail' })
      .option('by', byOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, reason, by, json, ...where }) => {
    // A kill on a directory that no door ever had would be believed, and stop nobody.
    demandJournal(where.data);
    const { severed } = await atDesk(where, (desk) => desk.kill(agent, reason, by));
    if (json) return console.log(JSON.stringify({ agent, severed }));
    const calls =
      severed.length === 0
        ? 'No call was in flight.'
        : `${severed.length} in flight severed, outcome unknown: ${severed.join(' ')}`;
    console.log(`${agent} is frozen. ${calls}\nTo let it work again: interlock resume ${agent} --reason … --by …`);
  },
};
