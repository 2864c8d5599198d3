import type { CommandModule } from 'yargs';
import type { AgentId } from '../../engine/ids.ts';
import { callIds } from '../../door/call-ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { importRecording } from '../../warehouse/import/import.ts';
import { CommandFailed } from '../failure.ts';
import { importText } from '../import-text.ts';
import { jsonOption, policyOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';

interface ImportArguments {
  readonly file: string;
  readonly policy: string;
  readonly out: string;
  readonly agent: string | undefined;
  readonly agentFrom: string | undefined;
  readonly session: string | undefined;
  readonly environment: string | undefined;
  readonly resumeAs: string | undefined;
  readonly json: boolean;
}

/** `interlock import`: exit 1 where nothing could be imported. */
export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <file>',
  describe:
    'Turn a recording (of `record`, HAR 1.2, OTLP JSON, calls one a line) into a journal, decided under a policy',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'The recording, told by what is in it, gzipped or not; or the directory that `record` wrote',
      })
      .option('policy', policyOption)
      .option('out', { alias: 'o', type: 'string', demandOption: true, describe: 'A fresh data directory' })
      .option('agent', {
        alias: 'a',
        type: 'string',
        describe: 'Whose calls they are; needed where the policy has several',
      })
      .option('agent-from', {
        type: 'string',
        describe: 'The field of a line, attribute of a span, or request header, that names its agent instead',
      })
      .option('session', {
        type: 'string',
        describe: 'Makes the file one run; else a HAR’s pages, the lines’ trace_id, the spans’ conversation or trace',
      })
      .option('environment', { type: 'string', describe: 'Where it was recorded; else the policy’s environment' })
      .option('resume-as', {
        type: 'string',
        describe: 'Your name: you resume an agent that a guard froze, whenever a new run of the recording begins',
      })
      .option('json', jsonOption)
      .example('$0 import recordings -p interlock.yaml -o imported', 'what `interlock record` wrote')
      .example('$0 import shop.har -p interlock.yaml -o imported', '')
      .example('$0 import spans.jsonl.gz -p interlock.yaml -o imported --agent-from gen_ai.agent.name', '') as never,
  handler: async ({ file, policy: policyFile, out, agent, agentFrom, session, environment, resumeAs, json }) => {
    const policy = await policyFrom(policyFile);
    const whose = { agent: agentOf(agent, agentFrom, policy), agentFrom };
    const options = { file, policy, ...whose, dir: out, session, environment, resumeAs, callId: callIds() };
    const imported = await importRecording(options).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      const why =
        error.code === 'ENOENT' && error.path === file
          ? 'there is no such file or directory. Name the recording, or the directory that `interlock record` wrote'
          : error.message;
      throw new CommandFailed(`Failed to import \`${file}\`: ${why}.`);
    });
    if (!imported.ok) throw new CommandFailed(`Failed to import \`${file}\`: ${imported.failure}.`);
    console.log(json ? JSON.stringify(imported.value) : importText(file, out, imported.value));
    if (imported.value.calls === 0) process.exitCode = 1;
  },
};

function agentOf(named: string | undefined, from: string | undefined, { policy }: LoadedPolicy): AgentId {
  const agents = [...policy.agents.keys()];
  const [only] = agents;
  if (named === undefined && (agents.length === 1 || from !== undefined) && only !== undefined) return only;
  if (named !== undefined && policy.agents.has(named as AgentId)) return named as AgentId;
  const problem = named === undefined ? 'The policy has several agents' : `The policy has no agent \`${named}\``;
  throw new CommandFailed(`${problem}. Name one with --agent: ${agents.join(', ')}.`);
}
