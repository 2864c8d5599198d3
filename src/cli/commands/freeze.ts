import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { byOption, dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';
import { demandJournal } from './audit/journal-there.ts';
import type { SwitchArguments } from './kill.ts';

/** `interlock freeze AGENT --reason …` */
export const freeze: CommandModule<object, SwitchArguments> = {
  command: 'freeze <agent>',
  describe: 'Stop every further call of an agent; what is in flight may finish',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for the audit trail' })
      .option('by', byOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, reason, by, json, ...where }) => {
    demandJournal(where.data);
    const { at } = await atDesk(where, (desk) => desk.freeze(agent, reason, by));
    const since = new Date(at).toISOString();
    if (json) return console.log(JSON.stringify({ agent, frozen: since }));
    const place = placeOptions(where);
    console.log(
      `${agent} is frozen since ${since}. What was in flight may finish; to sever it: interlock kill ${agent} --reason …${place}\n` +
        `To let it work again: interlock resume ${agent} --reason … --by …${place}`,
    );
  },
};
