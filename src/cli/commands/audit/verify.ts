import type { CommandModule } from 'yargs';
import { verifyJournal, type VerifyOptions } from '../../../journal/index.ts';
import { CommandFailed } from '../../failure.ts';
import { checkpointsFrom, keyOption, verifierKeyFrom, type KeptCheckpoint } from './evidence.ts';
import { demandJournal, type AuditArguments } from './journal-there.ts';

interface VerifyArguments extends AuditArguments {
  readonly expect: string | undefined;
  readonly checkpoint: readonly string[];
  readonly key: string | undefined;
}

/** `interlock audit verify` */
export const verify: CommandModule<AuditArguments, VerifyArguments> = {
  command: 'verify',
  describe: 'Check every byte of the journal; name the first bad one',
  builder: (yargs) =>
    yargs
      .option('expect', {
        type: 'string',
        describe: 'SEQ:HASH of a record noted earlier, elsewhere: finds a journal that was cut or rewritten since',
      })
      .option('checkpoint', {
        type: 'string',
        array: true,
        default: [],
        describe:
          'A checkpoint kept elsewhere, or a directory of them: finds a journal that was cut or rewritten since',
      })
      .option('key', { ...keyOption, describe: `${keyOption.describe}; also checks the journal’s own checkpoints` }),
  handler: async ({ data, json, expect, checkpoint: places, key: keyText }) => {
    demandJournal(data);
    const key = keyText === undefined && places.length === 0 ? undefined : verifierKeyFrom(keyText);
    const kept = key === undefined ? [] : places.flatMap((place) => checkpointsFrom(place, key, warnCutShort));
    const options: VerifyOptions = {
      ...(expect !== undefined && { expect: noted(expect) }),
      ...(key !== undefined && { key }),
      checkpoints: kept.map(({ file, size, root }) => ({ name: file, size, root })),
    };
    const found = await verifyJournal(data, options);
    if (json) console.log(JSON.stringify(found));
    else if (found.ok) {
      console.log(`The journal in ${data} is whole: ${found.records} records in ${found.segments} segments.`);
      console.log(`Last record: ${found.lastSeq}:${found.lastHash}`);
      if (found.checkpoints !== undefined) console.log(toldCheckpoints(found.checkpoints, key?.name));
      if (kept.length > 0) console.log(toldKept(kept, found.records));
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

function warnCutShort(file: string): void {
  console.error(
    `Passed over \`${file}\`: it was cut short while it was written, as by a crash; it says nothing of the journal.`,
  );
}

function toldCheckpoints({ made, signed }: { made: number; signed: number }, log: string | undefined): string {
  const roots = `Checkpoints in it: ${made}, each of exactly the records before it`;
  return log === undefined ? `${roots}.` : `${roots}; signed by this key of ${log}: ${signed}.`;
}

function toldKept(kept: readonly KeptCheckpoint[], records: number): string {
  const last = Math.max(...kept.map(({ size }) => size));
  const behind = records - last;
  const held =
    kept.length === 1 ? 'The checkpoint kept elsewhere holds' : `All ${kept.length} checkpoints kept elsewhere hold`;
  return `${held}: the first ${last} records are what was signed then. Records behind them, which rest on the chain alone: ${behind}.`;
}

function noted(text: string): { readonly seq: number; readonly hash: string } {
  const match = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (match === null)
    throw new CommandFailed(`Failed to read --expect \`${text}\`; write SEQ:HASH as \`audit verify\` prints it.`);
  return { seq: Number(match[1]), hash: match[2] as string };
}
