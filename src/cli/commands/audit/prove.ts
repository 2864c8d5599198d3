import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { proveCall, verifyProof } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
import { checkpointFrom, keyOption, verifierKeyFrom } from './evidence.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';
import { toldProof } from './proof-text.ts';

interface ProveArguments extends AuditArguments {
  readonly call: string;
  readonly key: string;
  readonly checkpoint: string | undefined;
  readonly out: string | undefined;
}

/** `interlock audit prove CALL` */
export const prove: CommandModule<AuditArguments, ProveArguments> = {
  command: 'prove <call>',
  describe: 'Write a proof of what the journal says of a call, for somebody who has nothing else',
  builder: (yargs) =>
    yargs
      .positional('call', { type: 'string', demandOption: true, describe: 'The call’s id: call_…' })
      .option('key', { ...keyOption, demandOption: true })
      .option('checkpoint', {
        type: 'string',
        describe: 'A checkpoint kept elsewhere to prove it by; without it the journal’s newest',
      })
      .option('out', { type: 'string', describe: 'The file for the proof; without it CALL.proof.json' }),
  handler: ({ data, json, call, key: keyText, checkpoint, out = `${call}.proof.json` }) => {
    demandJournal(data);
    const key = verifierKeyFrom(keyText);
    const under = checkpoint === undefined ? undefined : checkpointFrom(checkpoint, key);
    const proof = proveCall(data, call, under);
    if (!proof.ok) throw new CommandFailed(`Failed to prove it: ${proof.failure}.`);
    const text = `${JSON.stringify(proof.value, null, 2)}\n`;
    const verified = verifyProof(text, key);
    if (!verified.ok) {
      throw new CommandFailed(
        `Failed to prove it: ${verified.problem}. Either the journal was changed since its checkpoint, or this is not its key: run \`interlock audit verify --key …\`.`,
      );
    }
    writeFileSync(out, text);
    console.log(
      json ? JSON.stringify({ file: out, call, records: proof.value.records.length }) : toldProof(verified, out),
    );
  },
};
