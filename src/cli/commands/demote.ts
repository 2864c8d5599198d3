import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { dataOption, decidedByOption, jsonOption, policyOption } from '../options.ts';
import { standingText } from '../standing-text.ts';
import { demandJournal } from './audit/journal-there.ts';
import type { SwitchArguments } from './kill.ts';

/** `interlock demote --agent A --by … --reason …` */
export const demote: CommandModule<object, SwitchArguments> = {
  command: 'demote',
  describe: 'Take from an agent the stage it was promoted to; what it has shown so far lets it back no more',
  builder: (yargs) =>
    yargs
      .option('agent', { alias: 'a', type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('by', decidedByOption)
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for the audit trail' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, reason, by, json, ...where }) => {
    demandJournal(where.data);
    const stood = await atDesk(where, (desk) => desk.demote(agent, by, reason));
    if (json) return console.log(JSON.stringify(stood));
    console.log(`${standingText(stood)}\nTo stop it altogether: interlock kill ${agent} --reason …`);
  },
};
