import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { LOG_NAME, newSigningKey, readSigningKey } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
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
    if (!LOG_NAME.test(log)) {
      throw new CommandFailed(
        `Failed to make a key for \`${log}\`: write a name like an address without its scheme, example.com/refunds.`,
      );
    }
    if (existsSync(out)) {
      throw new CommandFailed(
        `Failed to make a key: \`${out}\` is there already. What it signed can be verified by its own key alone.`,
      );
    }
    if (isWithin(out, data)) {
      throw new CommandFailed(
        `Failed to make a key: \`${out}\` is in the data directory, whose copies must not hold it. Name a file elsewhere.`,
      );
    }
    const text = newSigningKey(log);
    const signer = readSigningKey(text);
    if (!signer.ok) throw new Error(signer.failure);
    try {
      writeFileSync(out, `${text}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CommandFailed(
        `Failed to make a key: \`${out}\` cannot be written (${code}). Name a file in a directory that is there and yours.`,
      );
    }
    const { verifierKey } = signer.value;
    if (json) console.log(JSON.stringify({ log, file: out, verifierKey }));
    else {
      console.log(verifierKey);
      console.error(
        `The signing key is in ${out}. Keep the line above where auditors find it and this machine's owner cannot change it.`,
      );
    }
  },
};

function isWithin(file: string, directory: string): boolean {
  const way = path.relative(directory, file);
  return !path.isAbsolute(way) && way.split(path.sep)[0] !== '..';
}
