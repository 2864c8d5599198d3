import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { stringify } from 'yaml';
import { learnBaseline, readJournal } from '../../journal/index.ts';
import { BASELINE_CALLS_MIN, BASELINE_DAYS_MIN, type BaselineFile } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';
import { dataOption } from '../options.ts';

interface BaselineArguments {
  readonly data: string;
  readonly agent: readonly string[];
  readonly days: number;
  readonly out: string | undefined;
}

const DAYS_MAX = 3_650;

/** `interlock baseline`: what agents usually do, as a part of a policy. Exit 1 where an agent did nothing. */
export const baseline: CommandModule<object, BaselineArguments> = {
  command: 'baseline',
  describe: 'Learn from a journal what agents usually do, for rules that say `3x baseline`',
  builder: (yargs) =>
    yargs
      .option('data', dataOption)
      .option('agent', {
        alias: 'a',
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Whose calls to learn from; may be given several times',
      })
      .option('days', { type: 'number', default: 14, describe: 'How many days to look back from its last call' })
      .option('out', { alias: 'o', type: 'string', describe: 'Write the file to include in the policy here' }),
  handler: ({ data, agent: agents, days, out }) => {
    if (!existsSync(path.join(data, 'segments'))) {
      throw new CommandFailed(`There is no journal in \`${data}\`. Name the data directory of a door: --data DIR.`);
    }
    if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
      throw new CommandFailed(`Failed to read --days \`${days}\`; write a whole number from 1 to ${DAYS_MAX}.`);
    }
    const records = readJournal(data, { tail: 'live' });
    const learned = agents.map((agent): [string, BaselineFile] => {
      const found = learnBaseline(records, agent, days);
      if (found !== undefined) return [agent, found];
      throw new CommandFailed(
        `Failed to learn a baseline of \`${agent}\`: the journal in \`${data}\` has no call of it.`,
      );
    });
    const text = HEADER + stringify({ baselines: Object.fromEntries(learned) }, { lineWidth: 120 });
    if (out === undefined) console.log(text.trimEnd());
    else writeFileSync(out, text);
    for (const [agent, found] of learned) console.error(told(agent, found));
    if (out !== undefined)
      console.error(`Written to ${out}. Name it in the policy: include: [./${path.basename(out)}]`);
  },
};

const HEADER =
  '# Written by `interlock baseline`. What it says is part of the policy: look at it before you include it.\n';

function told(agent: string, { learned, routes }: BaselineFile): string {
  const thin = Object.entries(routes)
    .filter(([, { calls, days }]) => calls < BASELINE_CALLS_MIN || days < BASELINE_DAYS_MIN)
    .map(([route]) => route);
  const few =
    thin.length === 0
      ? ''
      : ` Too little for a rule on these alone (${BASELINE_CALLS_MIN} calls on ${BASELINE_DAYS_MIN} days): ${thin.join(', ')}.`;
  const on = Object.keys(routes).join(', ');
  return `${agent}: ${learned.calls} calls of ${on}, ${learned.from} to ${learned.to}.${few}`;
}
