import type { CommandModule } from 'yargs';
import { dataOption, jsonOption } from '../options.ts';
import { consistency } from './audit/consistency.ts';
import { eraseCommand } from './audit/erase.ts';
import type { AuditArguments } from './audit/journal-there.ts';
import { keygen } from './audit/keygen.ts';
import { prove } from './audit/prove.ts';
import { redecideCommand } from './audit/redecide.ts';
import { show } from './audit/show.ts';
import { verifyProofCommand } from './audit/verify-proof.ts';
import { verify } from './audit/verify.ts';

/** `interlock audit`: one file for each of its commands, in `audit/`. */
export const audit: CommandModule<object, AuditArguments> = {
  command: 'audit',
  describe: 'Examine the journal, and erase personal data beside it',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('json', jsonOption)
      .command(verify)
      .command(redecideCommand)
      .command(keygen)
      .command(prove)
      .command(verifyProofCommand)
      .command(consistency)
      .command(show)
      .command(eraseCommand)
      .demandCommand(1, 'Name one of verify, redecide, keygen, prove, verify-proof, consistency, show, erase.'),
  handler: () => undefined,
};
