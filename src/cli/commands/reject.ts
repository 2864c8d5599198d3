import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { dataOption, decidedByOption, jsonOption, policyOption } from '../options.ts';
import type { ReviewArguments } from './approve.ts';

/** `interlock reject CALL --by NAME --reason …` */
export const reject: CommandModule<object, ReviewArguments> = {
  command: 'reject <call>',
  describe: 'Refuse a held call; its agent is told who refused it, and why',
  builder: (yargs) =>
    yargs
      .positional('call', { type: 'string', demandOption: true, describe: 'call_…, as `interlock holds` shows it' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why not; the agent reads it' })
      .option('by', decidedByOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ call, reason, by, json, ...where }) => {
    const refused = await atDesk(where, (desk) => desk.reject(call, by, reason));
    if (json) return console.log(JSON.stringify(refused));
    console.log(`Refused. ${refused.agent} is told so if it sends this call again before ${refused.expiresAt}.`);
  },
};
