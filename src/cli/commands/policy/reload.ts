import type { CommandModule } from 'yargs';
import { atDoor } from '../../desk.ts';
import { dataOption, decidedByOption, jsonOption } from '../../options.ts';
import { agentLines } from './agent-lines.ts';

interface ReloadArguments {
  readonly data: string;
  readonly by: string;
  readonly dry: boolean;
  readonly json: boolean;
}

/** `interlock policy reload --by …` */
export const reload: CommandModule<object, ReloadArguments> = {
  command: 'reload',
  describe: 'Have the running door read its policy file again: all of it or nothing, on record',
  builder: (yargs) =>
    yargs
      .option('by', decidedByOption)
      .option('dry', { type: 'boolean', default: false, describe: 'Only say what it would do' })
      .option('data', dataOption)
      .option('json', jsonOption)
      .example('$0 policy reload --dry --by ann', 'what would change, and whether it may'),
  handler: async ({ data, by, dry, json }) => {
    const done = await atDoor(data, (desk) => desk.reload(by, dry));
    if (!done.loaded) process.exitCode = 1;
    if (json) return console.log(JSON.stringify(done));
    const { loaded, before, after, agents, refused, tookMs, pausedMs } = done;
    for (const line of agentLines(agents)) console.log(line);
    if (!loaded) {
      console.error([...refused, '', `Nothing was loaded: the door goes on with ${before.slice(0, 12)}.`].join('\n'));
    } else if (before === after) {
      console.log(`The file says what the door goes by already (${before.slice(0, 12)}).`);
    } else if (dry) {
      console.log(`It would be loaded: ${before.slice(0, 12)} → ${after?.slice(0, 12)}. Nothing was changed.`);
    } else {
      const pause = `no call could be judged for ${pausedMs.toFixed(1)} ms`;
      console.log(`Loaded: ${before.slice(0, 12)} → ${after?.slice(0, 12)}, in ${tookMs} ms; ${pause}.`);
    }
  },
};
