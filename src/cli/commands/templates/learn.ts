import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandModule } from 'yargs';
import { readJournal } from '../../../journal/index.ts';
import type { TemplatesFile } from '../../../policy/index.ts';
import { CONSTANT_SESSIONS_MIN, learnTemplates } from '../../../stages/templates/learn.ts';
import { samplesIn } from '../../../stages/templates/samples.ts';
import { CommandFailed } from '../../failure.ts';
import { dataOption, policyOption } from '../../options.ts';
import { policyFrom } from '../../policy-file.ts';

interface Options {
  readonly policy: string;
  readonly data: string;
  readonly out: string | undefined;
  readonly sessions: number;
}

/** Fewer than two, and a template would tell what one session did. */
const SESSIONS_MIN = 2;

/** `interlock templates learn`: how an API answers writes, from what it did answer. */
export const learn: CommandModule<object, Options> = {
  command: 'learn [policy]',
  describe: 'Learn from a journal how writes are answered, and write it down for a person to look at',
  builder: (yargs) =>
    yargs
      .positional('policy', policyOption)
      .option('data', dataOption)
      .option('out', { alias: 'o', type: 'string', describe: 'Write the templates here instead of showing them' })
      .option('sessions', {
        type: 'number',
        default: CONSTANT_SESSIONS_MIN,
        describe: 'How many sessions must have had a value for it to be copied',
      })
      .example('$0 templates learn --data ./recorded --out templates.json', ''),
  handler: async ({ policy: file, data, out, sessions }) => {
    if (!existsSync(path.join(data, 'segments'))) {
      throw new CommandFailed(`There is no journal in \`${data}\`. Name the data directory of a door: --data DIR.`);
    }
    if (!Number.isInteger(sessions) || sessions < SESSIONS_MIN) {
      throw new CommandFailed(
        `Failed to read --sessions \`${sessions}\`; write a whole number from ${SESSIONS_MIN} on.`,
      );
    }
    const loaded = await policyFrom(file);
    const samples = samplesIn(readJournal(data, { tail: 'live' }), loaded);
    const templates = learnTemplates(samples, loaded, sessions);
    const text = `${JSON.stringify(templates, null, 2)}\n`;
    if (out === undefined) console.log(text.trimEnd());
    for (const line of told(templates)) console.error(line);
    if (out === undefined) return;
    if (Object.keys(templates.routes).length === 0) {
      console.error(`${out} was not written. Record more of the API, \`interlock record\`, and learn from that.`);
      process.exitCode = 1;
      return;
    }
    writeFileSync(out, text);
    console.error(`Written to ${out}. Name it in the policy: shadow: { templates: ./${path.basename(out)} }`);
  },
};

function told({ routes }: TemplatesFile): readonly string[] {
  const lines = Object.entries(routes).map(([route, { seen, answer, order, gone }]) => {
    const fields = Object.values(answer?.body ?? {});
    const varying = fields.filter(({ from }) => from === 'varies').length;
    const parts = [
      answer === undefined
        ? []
        : [
            `${answer.status}${answer.item === true ? ', the item' : ''}, ${fields.length} fields${varying === 0 ? '' : `, ${varying} of them vary`}`,
          ],
      order === undefined ? [] : [order],
      gone === undefined ? [] : [`${gone.status} once it is gone`],
    ].flat();
    return `${route}: ${parts.join('; ')} (${seen.answers} answers in ${seen.sessions} sessions)`;
  });
  return lines.length === 0 ? ['Nothing was learned: the journal has too few whole answers of upstreams.'] : lines;
}
