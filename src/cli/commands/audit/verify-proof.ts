import { existsSync, readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { verifyProof } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
import { keyOption, verifierKeyFrom } from './evidence.ts';
import type { AuditArguments } from './journal-there.ts';
import { toldProof } from './proof-text.ts';

interface VerifyProofArguments extends AuditArguments {
  readonly file: string;
  readonly key: string;
}

/** `interlock audit verify-proof FILE`: needs no data directory. */
export const verifyProofCommand: CommandModule<AuditArguments, VerifyProofArguments> = {
  command: 'verify-proof <file>',
  describe: 'Check a proof by the log’s verifier key alone: no journal, no network',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'What `audit prove` or `audit consistency` wrote',
      })
      .option('key', { ...keyOption, demandOption: true }),
  handler: ({ json, file, key }) => {
    if (!existsSync(file)) throw new CommandFailed(`Failed to read the proof \`${file}\`: there is no such file.`);
    const verified = verifyProof(readFileSync(file, 'utf8'), verifierKeyFrom(key));
    if (json) console.log(JSON.stringify(withBase64(verified)));
    else if (verified.ok) console.log(toldProof(verified, file));
    else console.error(`${file} proves nothing: ${verified.problem}.`);
    if (!verified.ok) process.exitCode = 1;
  },
};

/** Buffers say themselves as lists of numbers; hashes are base64 everywhere else. */
function withBase64(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(withBase64);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]));
}
