import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { dataOption, jsonOption, policyOption } from '../options.ts';
import type { SwitchArguments } from './kill.ts';

/** `interlock resume AGENT --reason … --by …`: the only way out of a freeze. */
export const resume: CommandModule<object, SwitchArguments> = {
  command: 'resume <agent>',
  describe: 'Let a frozen agent work again',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why it is safe now' })
      .option('by', { type: 'string', demandOption: true, describe: 'The human who decides this' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, reason, by, json, ...where }) => {
    const { frozenSince } = await atDesk(where, (desk) => desk.resume(agent, reason, by));
    const since = new Date(frozenSince).toISOString();
    console.log(
      json ? JSON.stringify({ agent, frozenSince: since }) : `${agent} may work again; it was frozen since ${since}.`,
    );
  },
};
