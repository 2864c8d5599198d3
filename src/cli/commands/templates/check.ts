import { readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { readJournal } from '../../../journal/index.ts';
import { readTemplates } from '../../../policy/index.ts';
import { holdTemplates, type Held } from '../../../stages/templates/held.ts';
import { samplesIn } from '../../../stages/templates/samples.ts';
import { CommandFailed } from '../../failure.ts';
import { dataOption, jsonOption, policyOption } from '../../options.ts';
import { policyFrom } from '../../policy-file.ts';

interface Options {
  readonly policy: string;
  readonly data: string;
  readonly file: string;
  readonly json: boolean;
}

/** `interlock templates check`: exit 1 where recorded answers are not as the templates say. */
export const checkTemplates: CommandModule<object, Options> = {
  command: 'check <file> [policy]',
  describe: 'Hold templates against the answers in a journal: does the API still answer so?',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The templates' })
      .positional('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption)
      .example('$0 templates check templates.json --data ./recorded', ''),
  handler: async ({ policy: file, data, file: name, json }) => {
    const loaded = await policyFrom(file);
    const templates = readTemplates(bytesOf(name));
    if (!templates.ok) throw new CommandFailed(`Failed to read \`${name}\`: ${templates.failure}`);
    const all = holdTemplates(samplesIn(readJournal(data, { tail: 'live' }), loaded), templates.value);
    if (all.some(departs)) process.exitCode = 1;
    if (json) console.log(JSON.stringify(all.map(toJson), null, 2));
    else
      console.log(all.length === 0 ? 'The journal has no answer that a template is about.' : all.map(told).join('\n'));
  },
};

function bytesOf(name: string): Uint8Array {
  try {
    return readFileSync(name);
  } catch (error) {
    throw new CommandFailed(`Failed to read \`${name}\`: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function departs({ otherStatus, departures }: Held): boolean {
  return otherStatus > 0 || departures.size > 0;
}

function toJson({ route, answers, otherStatus, departures }: Held): object {
  return { route, answers, otherStatus, departures: Object.fromEntries(departures) };
}

function told(held: Held): string {
  const { route, answers, otherStatus, departures } = held;
  if (!departs(held)) return `${route}: all ${answers} answers are as its template says`;
  const fields = [...departures].map(([pointer, count]) => `${pointer} (${count})`);
  const status = otherStatus === 0 ? [] : [`another status (${otherStatus})`];
  return `${route}: of ${answers} answers, these depart: ${[...status, ...fields].join(', ')}`;
}
