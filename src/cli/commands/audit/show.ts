import type { CommandModule } from 'yargs';
import { readJournal, revealed, type Recorded } from '../../../journal/index.ts';
import { visibleJson } from '../../../report/visible.ts';
import { CommandFailed } from '../../failure.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';

interface ShowArguments extends AuditArguments {
  readonly call: string;
}

/** `interlock audit show CALL` */
export const show: CommandModule<AuditArguments, ShowArguments> = {
  command: 'show <call>',
  describe: 'Show what the journal has of a call, with the personal data that was not erased',
  builder: (yargs) =>
    yargs.positional('call', {
      type: 'string',
      demandOption: true,
      describe: 'call_…, as every record of it names it',
    }),
  handler: ({ data, json, call }) => {
    demandJournal(data);
    const records = [...readJournal(data, { tail: 'live' })].filter((record) => isAbout(record, call));
    if (records.length === 0)
      throw new CommandFailed(`Failed to show \`${call}\`: no record in \`${data}\` is about it.`);
    const shown = revealed(data, { records });
    if (json) return console.log(JSON.stringify(shown));
    // What an agent wrote must not be able to repaint a terminal.
    for (const record of shown.records) console.log(visibleJson(JSON.stringify(record, null, 2)));
  },
};

function isAbout(record: Recorded, call: string): boolean {
  if (record.kind === 'recovery') return record.unknown.some((one) => one === call);
  return 'call' in record && record.call === call;
}
