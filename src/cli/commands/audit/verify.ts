import type { CommandModule } from 'yargs';
import { verifyJournal } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';

interface VerifyArguments extends AuditArguments {
  readonly expect: string | undefined;
}

/** `interlock audit verify` */
export const verify: CommandModule<AuditArguments, VerifyArguments> = {
  command: 'verify',
  describe: 'Check every byte of the journal; name the first bad one',
  builder: (yargs) =>
    yargs.option('expect', {
      type: 'string',
      describe: 'SEQ:HASH of a record noted earlier, elsewhere: finds a journal that was cut or rewritten since',
    }),
  handler: async ({ data, json, expect }) => {
    demandJournal(data);
    const found = await verifyJournal(data, expect === undefined ? {} : { expect: noted(expect) });
    if (json) console.log(JSON.stringify(found));
    else if (found.ok) {
      console.log(`The journal in ${data} is whole: ${found.records} records in ${found.segments} segments.`);
      console.log(`Last record: ${found.lastSeq}:${found.lastHash}`);
      if (found.torn !== undefined)
        console.log(`Behind it, ${found.torn.bytes} bytes of a record that was never finished.`);
    } else {
      console.error(
        `The journal in ${data} is damaged: ${found.file}, byte ${found.offset}: ${found.problem}\n${found.hint}`,
      );
    }
    if (!found.ok) process.exitCode = 1;
  },
};

function noted(text: string): { readonly seq: number; readonly hash: string } {
  const match = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (match === null)
    throw new CommandFailed(`Failed to read --expect \`${text}\`; write SEQ:HASH as \`audit verify\` prints it.`);
  return { seq: Number(match[1]), hash: match[2] as string };
}
