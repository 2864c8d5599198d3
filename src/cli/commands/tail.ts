import type { CommandModule } from 'yargs';
import { endOf, Follower, recordsBackwards, type Recorded } from '../../journal/index.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption, jsonOption } from '../options.ts';
import { lineOf, Sieve, VERDICTS, type Filter, type TailLine, type Verdict } from '../tail/lines.ts';
import { Output } from '../tail/output.ts';
import { tailText } from '../tail/text.ts';
import { paintFor } from '../terminal/paint.ts';
import { demandJournal } from './audit/journal-there.ts';

interface TailArguments {
  readonly agent: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly route: string | undefined;
  readonly subject: string | undefined;
  readonly outcomes: boolean;
  readonly history: number;
  readonly follow: boolean;
  readonly data: string;
  readonly json: boolean;
}

/** How often the journal is looked at. */
const LOOK_EVERY_MS = 100;
/** Nobody scrolls further back; `interlock query` counts, and `why` tells. */
const HISTORY_MAX = 100_000;

/** `interlock tail` */
export const tail: CommandModule<object, TailArguments> = {
  command: 'tail',
  describe: 'Show calls with their verdicts as they come, and what people and rules do to agents',
  builder: (yargs) =>
    yargs
      .option('agent', { alias: 'a', type: 'string', describe: 'Only of this agent' })
      .option('verdict', { alias: 'v', choices: VERDICTS, describe: 'Only calls that were judged so' })
      .option('route', { alias: 'r', type: 'string', describe: 'Only calls of this route' })
      .option('subject', { alias: 's', type: 'string', describe: 'Only calls that act on it: charge:ch_1' })
      .option('outcomes', { type: 'boolean', default: false, describe: 'How each call ended, too' })
      .option('history', { alias: 'n', type: 'number', default: 10, describe: 'So many lines of what was before' })
      .option('follow', {
        type: 'boolean',
        default: true,
        describe: 'Go on as calls come; --no-follow ends behind the history',
      })
      .option('data', dataOption)
      .option('json', { ...jsonOption, describe: 'One JSON object a line' }),
  handler: async ({ history, follow, data, json, ...filter }) => {
    if (!Number.isInteger(history) || history < 0 || history > HISTORY_MAX) {
      throw new CommandFailed(`Failed to read --history: write how many lines, from 0 to ${HISTORY_MAX}.`);
    }
    demandJournal(data);
    const ended = new AbortController();
    const output = new Output(process.stdout, () => ended.abort());
    const stop = (): void => ended.abort();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const paint = paintFor(process.stdout, process.env);
    const written = (lines: readonly TailLine[]): Promise<void> =>
      output.lines(lines.map((line) => (json ? JSON.stringify(line) : tailText(line, paint))));
    const place = endOf(data);
    const sieve = new Sieve(filter);
    await written(before(recordsBackwards(data, place), filter, history).filter((line) => sieve.passes(line)));
    if (follow) await followed(new Follower(data, place), sieve, written, ended.signal);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  },
};

/** The last `count` lines that somebody wants, and with `--outcomes` how those calls ended. */
function before(records: Iterable<Recorded>, filter: Filter, count: number): readonly TailLine[] {
  const sieve = new Sieve({ ...filter, outcomes: false });
  const lines: TailLine[] = [];
  let left = count;
  if (left === 0) return lines;
  for (const record of records) {
    const line = lineOf(record);
    if (line === undefined) continue;
    if (line.kind === 'outcome') {
      if (filter.outcomes) lines.push(line);
      continue;
    }
    if (!sieve.passes(line)) continue;
    lines.push(line);
    left -= 1;
    if (left === 0) break;
  }
  return lines.toReversed();
}

/** The journal is followed and not the door: nothing is missed while a door restarts, and none is burdened by who looks. */
async function followed(
  follower: Follower,
  sieve: Sieve,
  written: (lines: readonly TailLine[]) => Promise<void>,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const records = follower.look();
    const lines = records.flatMap((record) => lineOf(record) ?? []).filter((line) => sieve.passes(line));
    await written(lines);
    if (records.length === 0) await pause(LOOK_EVERY_MS, ended);
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    }
    ended.addEventListener('abort', done, { once: true });
  });
}
