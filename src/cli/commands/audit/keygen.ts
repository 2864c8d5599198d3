import type { CommandModule } from 'yargs';
import { makeSigningKey } from '../../new-key.ts';
import type { AuditArguments } from './journal-there.ts';

interface KeygenArguments extends AuditArguments {
  readonly log: string;
  readonly out: string;
}

/** `interlock audit keygen` */
export const keygen: CommandModule<AuditArguments, KeygenArguments> = {
  command: 'keygen',
  describe: 'Make the key that signs checkpoints; print what they are verified with',
  builder: (yargs) =>
    yargs
      .option('log', {
        type: 'string',
        demandOption: true,
        describe: 'What this journal is called, for ever and nowhere else: example.com/refunds',
      })
      .option('out', {
        type: 'string',
        demandOption: true,
        describe: 'Where the signing key goes (mode 0600); not in the data directory',
      }),
  handler: ({ log, out, data, json }) => {
    const { verifierKey } = makeSigningKey(log, out, data);
    if (json) console.log(JSON.stringify({ log, file: out, verifierKey }));
    else {
      console.log(verifierKey);
      console.error(
        `The signing key is in ${out}. Keep the line above where auditors find it and this machine's owner cannot change it.`,
      );
    }
  },
};
