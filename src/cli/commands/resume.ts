import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { dataOption, decidedByOption, jsonOption, policyOption } from '../options.ts';
import type { SwitchArguments } from './kill.ts';

/** `interlock resume AGENT --reason … --by …`: the only way out of a freeze. */
export const resume: CommandModule<object, SwitchArguments> = {
  command: 'resume <agent>',
  describe: 'Let a frozen agent work again',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why it is safe now' })
      .option('by', decidedByOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, reason, by, json, ...where }) => {
    const done = await atDesk(where, (desk) => desk.resume(agent, reason, by));
    const since = new Date(done.frozenSince).toISOString();
    if (done.kind === 'resumed') {
      const resumed = { agent, resumed: true, frozenSince: since, people: done.people };
      return console.log(json ? JSON.stringify(resumed) : `${agent} may work again; it was frozen since ${since}.`);
    }
    const until = new Date(done.until).toISOString();
    const assented = { agent, resumed: false, frozenSince: since, people: [done.by], until };
    if (json) return console.log(JSON.stringify(assented));
    console.log(`One of two: another person must resume ${agent} too, before ${until}. It stays frozen until then.`);
  },
};
