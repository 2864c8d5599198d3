import type { CommandModule } from 'yargs';
import { revealed } from '../../journal/index.ts';
import { recorded } from '../approve/recorded.ts';
import { lookAtDesk } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { holdDetail, holdsTable } from '../hold-view.ts';
import { dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';

interface HoldsArguments {
  readonly agent: string | undefined;
  readonly call: string | undefined;
  readonly policy: string;
  readonly data: string;
  readonly json: boolean;
}

/** `interlock holds [--call CALL]` */
export const holds: CommandModule<object, HoldsArguments> = {
  command: 'holds',
  describe: 'Show the calls that wait for a human',
  builder: (yargs) =>
    yargs
      .option('agent', { alias: 'a', type: 'string', describe: 'Only of this agent' })
      .option('call', { alias: 'c', type: 'string', describe: 'The whole request of this one' })
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption),
  handler: async ({ agent, call, json, ...where }) => {
    const sealed = await lookAtDesk(where, (desk) => desk.holds(agent ?? null));
    // A person must see what there is to approve.
    const { waiting } = revealed(where.data, { waiting: sealed });
    const here = { options: placeOptions(where), now: Date.now() };
    if (call === undefined) {
      return console.log(json ? JSON.stringify({ holds: waiting }) : holdsTable(waiting, here));
    }
    const hold = waiting.find((one) => one.call === call);
    if (hold === undefined) {
      throw new CommandFailed(
        `Failed to show \`${call}\`: it does not wait for a human. \`interlock holds\` shows what does.`,
      );
    }
    const request = revealed(where.data, recorded(where.data, call));
    console.log(json ? JSON.stringify({ ...hold, request }) : holdDetail(hold, request, here));
  },
};
