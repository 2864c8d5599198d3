import type { CommandModule } from 'yargs';
import { atDesk } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { demandJournal } from './audit/journal-there.ts';
import { byOption, dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';

/** What `freeze` and `resume` are told. */
export interface SwitchArguments {
  readonly agent: string;
  readonly reason: string;
  readonly by: string;
  readonly policy: string;
  readonly data: string;
  readonly json: boolean;
}

type KillArguments = Omit<SwitchArguments, 'agent'> & { readonly agent: string | undefined; readonly all: boolean };

/** `interlock kill AGENT --reason …`, `interlock kill --all --reason …` */
export const kill: CommandModule<object, KillArguments> = {
  command: 'kill [agent]',
  describe: 'Stop an agent now, or all: sever its calls, and refuse every further one until a human resumes it',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', describe: 'An agent of the policy' })
      .option('all', { type: 'boolean', default: false, describe: 'Every agent of the policy, in one step' })
      .option('reason', { alias: 'r', type: 'string', demandOption: true, describe: 'Why, for the audit trail' })
      .option('by', byOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, all, reason, by, json, ...where }) => {
    if (all === (agent !== undefined)) {
      throw new CommandFailed(
        'Failed to kill: name one agent, or write --all for every one. `interlock status` names them.',
      );
    }
    // A kill on a directory that no door ever had would be believed, and stop nobody.
    demandJournal(where.data);
    const resume = `To let it work again: interlock resume`;
    if (agent === undefined) {
      const { agents } = await atDesk(where, (desk) => desk.killAll(reason, by));
      if (json) return console.log(JSON.stringify({ agents }));
      for (const one of agents) console.log(`${one.agent} is frozen. ${severedWords(one.severed)}`);
      console.log(`${resume} AGENT --reason … --by …${placeOptions(where)}`);
      return;
    }
    const { severed } = await atDesk(where, (desk) => desk.kill(agent, reason, by));
    if (json) return console.log(JSON.stringify({ agent, severed }));
    console.log(`${agent} is frozen. ${severedWords(severed)}\n${resume} ${agent} --reason … --by …`);
  },
};

function severedWords(severed: readonly string[]): string {
  return severed.length === 0
    ? 'No call was in flight.'
    : `${severed.length} in flight severed, outcome unknown: ${severed.join(' ')}`;
}
