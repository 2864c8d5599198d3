import { setTimeout as pause } from 'node:timers/promises';
import type { CommandModule } from 'yargs';
import { readAdvice } from '../../gate/advice.ts';
import { lookAtDesk, type Place } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, placeOptions, policyOption } from '../options.ts';
import { lookText } from '../status/look.ts';
import { paintFor, widthOf } from '../terminal/paint.ts';
import { demandJournal } from './audit/journal-there.ts';

interface StatusArguments extends Place {
  readonly json: boolean | undefined;
  readonly watch: boolean;
  readonly every: number;
}

/** A person sees no change faster, and nobody waits longer. */
const EVERY_MIN_S = 0.2;
const EVERY_MAX_S = 3_600;

/** `interlock status` */
export const status: CommandModule<object, StatusArguments> = {
  command: 'status',
  describe: 'What every agent is doing, and what needs a person: a table on a terminal, JSON in a pipe',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', describe: 'JSON, also on a terminal; --no-json: the table, also in a pipe' })
      .option('watch', { alias: 'w', type: 'boolean', default: false, describe: 'Look again and again, until Ctrl-C' })
      .option('every', { type: 'number', default: 1, describe: 'With --watch: seconds between two looks' })
      .option('policy', policyOption)
      .option('data', dataOption),
  handler: async ({ json = !process.stdout.isTTY, watch, every, ...where }) => {
    if (!(every >= EVERY_MIN_S && every <= EVERY_MAX_S)) {
      throw new CommandFailed(`Failed to read --every: write seconds, from ${EVERY_MIN_S} to ${EVERY_MAX_S}.`);
    }
    demandJournal(where.data);
    const look = (): Promise<string> => (json ? lookJson(where, watch) : lookForPeople(where));
    if (!watch) return console.log(await look());
    await watched(look, every * 1_000, json);
  },
};

/** As it was before there was a table; a look is one line of a stream. */
async function lookJson(where: Place, isOneOfMany: boolean): Promise<string> {
  const shown = await lookAtDesk(where, (desk) => desk.status());
  // What the gate said last: advice for a person, and nothing that the door goes by.
  const gate = readAdvice(where.data).map((advice) => ({ ...advice, at: new Date(advice.at).toISOString() }));
  return JSON.stringify({ ...shown, ...(gate.length > 0 && { gate }) }, null, isOneOfMany ? 0 : 2);
}

async function lookForPeople(where: Place): Promise<string> {
  const overview = await lookAtDesk(where, (desk) => desk.overview());
  return lookText(overview, {
    paint: paintFor(process.stdout, process.env),
    width: widthOf(process.stdout),
    place: placeOptions(where),
  });
}

/** The cursor home and each line's rest cleared: a screen that is wiped whole flickers. */
const HOME = '\u001B[H';
const CLEAR = '\u001B[2J';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

async function watched(look: () => Promise<string>, everyMs: number, json: boolean): Promise<void> {
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.on('error', stop);
  const isScreen = process.stdout.isTTY && !json;
  if (isScreen) process.stdout.write(CLEAR);
  while (!ended.signal.aborted) {
    // A door that is away for a moment is told of, and looked for again.
    const text = await look().catch((error: unknown) => {
      if (error instanceof CommandFailed && !json) return error.message;
      throw error;
    });
    const lines = isScreen
      ? `${HOME}${text.replaceAll('\n', `${CLEAR_LINE}\n`)}${CLEAR_LINE}\n${CLEAR_BELOW}`
      : `${text}\n`;
    process.stdout.write(lines);
    await pause(everyMs, undefined, { signal: ended.signal }).catch(() => undefined);
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
}
