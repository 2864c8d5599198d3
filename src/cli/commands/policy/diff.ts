import type { CommandModule } from 'yargs';
import { changeOf, needsRestart, type AgentChange, type LoadedPolicy, type StandsAt } from '../../../policy/index.ts';
import { jsonOption, policyOption } from '../../options.ts';
import { policyFrom } from '../../policy-file.ts';
import { agentLines } from './agent-lines.ts';

interface DiffArguments {
  readonly policy: string;
  readonly new: string;
  readonly json: boolean;
}

/** `interlock policy diff NEW.yaml` */
export const diff: CommandModule<object, DiffArguments> = {
  command: 'diff <new>',
  describe: 'What another policy file would let each agent do, beside the one in force; no door is asked',
  builder: (yargs) =>
    yargs
      .positional('new', { type: 'string', demandOption: true, describe: 'The other policy file' })
      .option('policy', policyOption)
      .option('json', jsonOption)
      .example('$0 policy diff candidate.yaml', 'beside interlock.yaml'),
  handler: async ({ policy, new: other, json }) => {
    const [before, after] = [await policyFrom(policy), await policyFrom(other)];
    const agents = changeOf(before, after, (agent) => declared(before, after, agent));
    const restart = needsRestart(before, after);
    const digests = { before: before.digest, after: after.digest };
    if (json) return console.log(JSON.stringify({ ...digests, agents, needsRestart: restart }, null, 2));
    if (before.digest === after.digest) return console.log('They say the same.');
    for (const line of agentLines(agents)) console.log(line);
    for (const line of [...restart, ...wider(agents)]) console.log(line);
  },
};

/** As if every agent stood as high as its policy lets it: nobody is asked where it does. */
function declared(before: LoadedPolicy, after: LoadedPolicy, agent: AgentChange['agent']): StandsAt {
  const stageIn = ({ policy }: LoadedPolicy): StandsAt['after'] => policy.agents.get(agent)?.stage ?? null;
  return { before: stageIn(before), after: stageIn(after) };
}

function wider(agents: readonly AgentChange[]): readonly string[] {
  const more = agents.filter(({ widened }) => widened.length > 0).map(({ agent }) => agent);
  if (more.length === 0) return [];
  return [
    `At the stage that it declares, ${more.join(', ')} could really do more: a running door loads it only where that is not so where the agent stands, or with a promotion for exactly this policy. Ask it: interlock policy reload --dry --by NAME`,
  ];
}
