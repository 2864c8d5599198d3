import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { redecide, verifyJournal } from '../../journal/index.ts';
import { loadRecorded } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption } from '../options.ts';

interface AuditArguments {
  readonly data: string;
  readonly json: boolean;
}

const verify: CommandModule<AuditArguments, AuditArguments & { readonly expect: string | undefined }> = {
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

const redecideCommand: CommandModule<AuditArguments, AuditArguments> = {
  command: 'redecide',
  describe: 'Decide every recorded call again under its own policy; the verdicts must be the same',
  handler: ({ data, json }) => {
    demandJournal(data);
    const { calls, differences } = redecide(data, (recorded) => {
      const loaded = loadRecorded(recorded);
      if (loaded.ok) return loaded.value.policy;
      throw new CommandFailed(
        `Failed to decide the journal again: this version cannot read its policy ${recorded.file}.`,
      );
    });
    if (json) console.log(JSON.stringify({ calls, differences }));
    else if (differences.length === 0)
      console.log(`${calls} calls decided again: every verdict and finding is the same.`);
    else {
      for (const difference of differences.slice(0, SHOWN_MAX)) console.error(JSON.stringify(difference));
      console.error(
        `${differences.length} differences in ${calls} calls: the journal was not decided by this version under its own policy. --json shows all.`,
      );
    }
    if (differences.length > 0) process.exitCode = 1;
  },
};

/** Enough to see what differs. */
const SHOWN_MAX = 3;

/** `interlock audit verify|redecide` */
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

/** An audit of nothing must not pass. */
function demandJournal(data: string): void {
  if (existsSync(path.join(data, 'segments'))) return;
  throw new CommandFailed(`There is no journal in \`${data}\`. Name the data directory of a door: --data DIR.`);
}

function noted(text: string): { readonly seq: number; readonly hash: string } {
  const match = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (match === null)
    throw new CommandFailed(`Failed to read --expect \`${text}\`; write SEQ:HASH as \`audit verify\` prints it.`);
  return { seq: Number(match[1]), hash: match[2] as string };
}
