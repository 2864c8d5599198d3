import { setTimeout as pause } from 'node:timers/promises';
import type { CommandModule } from 'yargs';
import { seal, SealFailed, type SealSummary } from '../../warehouse/index.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption } from '../options.ts';
import { demandJournal } from './audit/journal-there.ts';

interface SealArguments {
  readonly data: string;
  readonly rebuild: boolean;
  readonly watch: number | undefined;
  readonly json: boolean;
}

/** `interlock seal`: a process of its own, so that a door never waits for it. */
export const sealCommand: CommandModule<object, SealArguments> = {
  command: 'seal',
  describe: 'Make what queries and stories read fast, out of closed segments; the evidence is never touched',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('rebuild', { type: 'boolean', default: false, describe: 'Make everything again from the evidence' })
      .option('watch', { type: 'number', describe: 'Go on, and look again after so many seconds' })
      .option('json', jsonOption)
      .example('$0 seal --data .interlock', 'Once')
      .example('$0 seal --data .interlock --watch 60', 'Beside a running door'),
  handler: async ({ data, rebuild, watch, json }) => {
    demandJournal(data);
    if (watch !== undefined && !(watch >= 1 && watch <= WATCH_SECONDS_MAX))
      throw new CommandFailed(`Failed to read --watch ${watch}: give seconds, from 1 to ${WATCH_SECONDS_MAX}.`);
    for (let isFirst = true; ; isFirst = false) {
      const summary = await seal({ dir: data, now: () => Date.now(), rebuild: rebuild && isFirst }).catch(reworded);
      if (isFirst || summary.segments > 0) console.log(json ? JSON.stringify(summary) : told(data, summary));
      if (watch === undefined) return;
      await pause(watch * 1_000);
    }
  },
};

const WATCH_SECONDS_MAX = 86_400;

function reworded(error: unknown): never {
  if (error instanceof SealFailed) throw new CommandFailed(error.message);
  if (error instanceof Error && error.name === 'JournalLocked')
    throw new CommandFailed(`Another process seals this journal: ${error.message}`);
  throw error;
}

function told(
  data: string,
  { segments, records, parts, sealedUntil, evidenceBytes, warehouseBytes }: SealSummary,
): string {
  const done =
    segments === 0
      ? `Nothing new is closed in ${data}.`
      : `Sealed ${records} records in ${segments} segments (${megabytes(evidenceBytes)}).`;
  const all =
    parts === 0
      ? 'Nothing is sealed yet: the last segment may still be written to, and is read as it is.'
      : `Records up to ${sealedUntil} are sealed, in ${parts} part${parts === 1 ? '' : 's'} of ${megabytes(warehouseBytes)} altogether.`;
  return `${done}\n${all}`;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
