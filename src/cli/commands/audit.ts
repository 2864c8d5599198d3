import type { CommandModule } from 'yargs';
import { dataOption, jsonOption } from '../options.ts';
import type { AuditArguments } from './audit/journal-there.ts';
import { redecideCommand } from './audit/redecide.ts';
import { verify } from './audit/verify.ts';

/** `interlock audit`: one file for each of its commands, in `audit/`. */
export const audit: CommandModule<object, AuditArguments> = {
  command: 'audit',
  describe: 'Examine the journal',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('json', jsonOption)
      .command(verify)
      .command(redecideCommand)
      .demandCommand(1, 'Name one of verify, redecide.'),
  handler: () => undefined,
};
