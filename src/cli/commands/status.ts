import type { CommandModule } from 'yargs';
import { readAdvice } from '../../gate/advice.ts';
import { lookAtDesk } from '../desk.ts';
import { demandJournal } from './audit/journal-there.ts';
import { dataOption, policyOption } from '../options.ts';

/** `interlock status` */
export const status: CommandModule<object, { readonly policy: string; readonly data: string }> = {
  command: 'status',
  describe: 'What every agent is doing: stage, freeze, what is left of its limits, calls in flight (JSON)',
  builder: (yargs) => yargs.option('policy', policyOption).option('data', dataOption),
  handler: async (where) => {
    demandJournal(where.data);
    const shown = await lookAtDesk(where, (desk) => desk.status());
    // What the gate said last: advice for a person, and nothing that the door goes by.
    const gate = readAdvice(where.data);
    console.log(JSON.stringify({ ...shown, ...(gate.length > 0 && { gate }) }, null, 2));
  },
};
