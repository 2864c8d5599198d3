import type { CommandModule } from 'yargs';
import { whyJson } from '../../report/why/json.ts';
import { whyText } from '../../report/why/text.ts';
import { colourStyle } from '../../report/why/terminal.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import { tellWhy } from '../../warehouse/why/why.ts';
import { dataOption, jsonOption, placeOptions, policyOption } from '../options.ts';
import { demandJournal } from './audit/journal-there.ts';

interface WhyArguments {
  readonly what: readonly string[];
  readonly data: string;
  readonly json: boolean;
}

const WIDTH_DEFAULT = 100;
const WIDTH_MAX = 120;

/** `interlock why <call | charge | order | customer | session>`: exit 1 where nothing is found. */
export const why: CommandModule<object, WhyArguments> = {
  command: 'why <what..>',
  describe: 'Tell what happened and why: of a call, a charge, an order, a customer, a session, an agent, a page',
  builder: (yargs) =>
    yargs
      .positional('what', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Any id that a call or an answer had: call_…, ch_1, charge:ch_1, a session, a task, an agent',
      })
      .option('data', dataOption)
      .option('json', jsonOption)
      .example('$0 why ch_2', 'Who did what to this charge, and why')
      .example('$0 why call_0123456789ab00001', 'One call: what it read, what was decided, what came of it'),
  handler: async ({ what, data, json }) => {
    demandJournal(data);
    const archive = openArchive(data);
    const told = await tellWhy(archive, what.join(' ')).finally(() => archive.close());
    if (told.kind === 'nothing') process.exitCode = 1;
    const place = placeOptions({ policy: policyOption.default, data });
    if (json) return console.log(whyJson(told));
    const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    const width = Math.min(WIDTH_MAX, process.stdout.columns ?? WIDTH_DEFAULT);
    console.log(whyText(told, { width, place, now: Date.now(), ...(colours && { style: colourStyle }) }));
  },
};
