import type { CommandModule } from 'yargs';
import type { AgentId } from '../../engine/ids.ts';
import { callIds } from '../../door/call-ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { importRecording, type ImportSummary } from '../../warehouse/import/import.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption, policyOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';

interface ImportArguments {
  readonly file: string;
  readonly policy: string;
  readonly out: string;
  readonly agent: string | undefined;
  readonly session: string | undefined;
  readonly json: boolean;
}

/** Enough to see what is wrong; --json lists them. */
const SHOWN_MAX = 20;

/** `interlock import`: exit 1 where nothing could be imported. */
export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <file>',
  describe: 'Turn a foreign recording (HAR 1.2, or calls one a line) into a journal, decided under a policy',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The recording; gzipped or not' })
      .option('policy', policyOption)
      .option('out', { alias: 'o', type: 'string', demandOption: true, describe: 'A fresh data directory' })
      .option('agent', {
        alias: 'a',
        type: 'string',
        describe: 'Whose calls they are; needed where the policy has several',
      })
      .option('session', {
        type: 'string',
        describe: 'Makes the file one run; else a HAR’s pages or the lines’ trace_id',
      })
      .option('json', jsonOption)
      .example('$0 import shop.har -p interlock.yaml -o imported', ''),
  handler: async ({ file, policy: policyFile, out, agent, session, json }) => {
    const policy = await policyFrom(policyFile);
    const options = { file, policy, agent: agentOf(agent, policy), dir: out, session, callId: callIds() };
    const imported = await importRecording(options).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      throw new CommandFailed(`Failed to import \`${file}\`: ${error.message}.`);
    });
    if (!imported.ok) throw new CommandFailed(`Failed to import \`${file}\`: ${imported.failure}.`);
    console.log(json ? JSON.stringify(imported.value) : summary(file, out, imported.value));
    if (imported.value.calls === 0) process.exitCode = 1;
  },
};

function agentOf(named: string | undefined, { policy }: LoadedPolicy): AgentId {
  const agents = [...policy.agents.keys()];
  const [only] = agents;
  if (named === undefined && agents.length === 1 && only !== undefined) return only;
  if (named !== undefined && policy.agents.has(named as AgentId)) return named as AgentId;
  const problem = named === undefined ? 'The policy has several agents' : `The policy has no agent \`${named}\``;
  throw new CommandFailed(`${problem}. Name one with --agent: ${agents.join(', ')}.`);
}

function summary(file: string, out: string, imported: ImportSummary): string {
  const { calls, sessions, verdicts, noCalls, unusable, listed, frozenBy } = imported;
  const shown = listed.slice(0, SHOWN_MAX).map(({ place, why }) => `  ${file}, ${place}: ${why}`);
  const rest = unusable - shown.length;
  return [
    ...(calls === 0
      ? [`Nothing of ${file} could be imported.`]
      : [
          `${several(calls, 'call')} in ${several(sessions, 'session')} are now the journal in ${out}.`,
          `Under this policy: ${count(verdicts)}.`,
        ]),
    ...(frozenBy === undefined ? [] : [`The agent was frozen (${frozenBy}); what came after is denied for that.`]),
    ...(noCalls === 0 ? [] : [`${several(noCalls, 'record')} told of no call.`]),
    ...(unusable === 0
      ? []
      : ['', `${several(unusable, 'record')} ${unusable === 1 ? 'is' : 'are'} not in the journal:`, ...shown]),
    ...(rest > 0 ? [`  and ${rest} more; --json lists them`] : []),
    ...(calls === 0 ? [] : ['', `interlock audit redecide --data ${out} decides it again.`]),
  ].join('\n');
}

const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const NAMES = { allow: 'allowed', deny: 'denied', hold: 'held', capture: 'captured' } as const;

function count(verdicts: ImportSummary['verdicts']): string {
  return (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${verdicts[verdict]} ${NAMES[verdict]}`)
    .join(', ');
}
