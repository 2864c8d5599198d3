import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { dataOption, jsonOption, policyOption } from '../options.ts';

/** What `approve` and `reject` are told. */
export interface ReviewArguments {
  readonly call: string;
  readonly reason: string;
  readonly by: string;
  readonly policy: string;
  readonly data: string;
  readonly json: boolean;
}

/** `interlock approve CALL --by NAME --reason …` */
export const approve: CommandModule<object, ReviewArguments> = {
  command: 'approve <call>',
  describe: 'Let a held call through: exactly this one, once, until it expires',
  builder: (yargs) =>
    yargs
      .positional('call', { type: 'string', demandOption: true, describe: 'call_…, as `interlock holds` shows it' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why it is right' })
      .option('by', { type: 'string', demandOption: true, describe: 'The human who decides this' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ call, reason, by, json, ...where }) => {
    const approved = await atDesk(where, (desk) => desk.approve(call, by, reason));
    if (json) return console.log(JSON.stringify(approved));
    const { agent, expiresAt } = approved;
    console.log(`Approved. ${agent} may send this call once, until ${expiresAt}; nothing has been sent yet.`);
  },
};
