import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { proveConsistency, verifyProof } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
import { checkpointFrom, keyOption, verifierKeyFrom } from './evidence.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';
import { toldProof } from './proof-text.ts';

interface ConsistencyArguments extends AuditArguments {
  readonly old: string;
  readonly new: string;
  readonly key: string;
  readonly out: string;
}

/** `interlock audit consistency` */
export const consistency: CommandModule<AuditArguments, ConsistencyArguments> = {
  command: 'consistency',
  describe: 'Prove that the log of one checkpoint is the beginning of a newer one’s',
  builder: (yargs) =>
    yargs
      .option('old', { type: 'string', demandOption: true, describe: 'The older checkpoint’s file' })
      .option('new', { type: 'string', demandOption: true, describe: 'The newer one’s' })
      .option('key', { ...keyOption, demandOption: true })
      .option('out', { type: 'string', default: 'consistency.proof.json', describe: 'The file for the proof' }),
  handler: ({ data, json, old: oldFile, new: newFile, key: keyText, out }) => {
    demandJournal(data);
    const key = verifierKeyFrom(keyText);
    const [old, grown] = [checkpointFrom(oldFile, key), checkpointFrom(newFile, key)];
    if (old.size > grown.size) {
      throw new CommandFailed(
        `Failed to prove it: \`${oldFile}\` covers ${old.size} records and \`${newFile}\` ${grown.size}; name the smaller as --old.`,
      );
    }
    const text = `${JSON.stringify(proveConsistency(data, old, grown), null, 2)}\n`;
    const verified = verifyProof(text, key);
    if (!verified.ok) {
      throw new CommandFailed(
        `Failed to prove it from the journal in \`${data}\`: ${verified.problem}. One of the two is of another history: \`interlock audit verify --checkpoint FILE\` tells which.`,
      );
    }
    writeFileSync(out, text);
    console.log(json ? JSON.stringify({ file: out, old: old.size, new: grown.size }) : toldProof(verified, out));
  },
};
