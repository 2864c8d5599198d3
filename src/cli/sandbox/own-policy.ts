import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { Agent } from '../../engine/policy.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import type { Oracle } from '../../lab/oracles/oracle.ts';
import { harmOracles } from '../../lab/oracles/harm.ts';
import type { Scenario, WorldSetup } from '../../lab/sandbox/scenario.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';
import { policyFrom } from '../policy-file.ts';
import { loadWorld } from '../worlds.ts';
import { readFaults } from './faults-file.ts';

/** How long an agent may take in each run, where nobody says otherwise: a model thinks for a while, and is asked often. */
const TIMEOUT_MS = 60_000;
const TASK = 'sandbox';

export interface OwnPolicy {
  readonly scenario: Scenario;
  readonly policy: LoadedPolicy;
  /** What counts as harm; none: nobody said. */
  readonly oracles: readonly Oracle[];
  /** What a reader of the result should know of the way it came about. */
  readonly remarks: readonly string[];
}

/**
 * A scenario made of a policy file: the worlds that its upstreams name as `mock:`, and one of its agents, under the very rules
 * that would hold in production.
 *
 * @param as which agent; `undefined`: the policy's only one
 */
export async function ownPolicy(
  file: string,
  as: string | undefined,
  faultsFile: string | undefined,
): Promise<OwnPolicy> {
  const policy = await policyFrom(file);
  const agent = agentOf(policy, as);
  const upstreams = [...new Set(agent.allow.flatMap(({ route }) => policy.policy.routes.get(route)?.upstream ?? []))];
  const faults = faultsFile === undefined ? {} : readFaults(faultsFile, upstreams);
  const worlds: Record<string, WorldSetup> = {};
  for (const upstream of upstreams) {
    const definition = await worldOf(policy, upstream);
    worlds[upstream] = { definition, faults: faults[upstream] ?? [] };
  }
  const name = path.basename(file, path.extname(file));
  const scenario: Scenario = {
    name,
    title: `${agent.id} under ${path.basename(file)}`,
    story: `An agent acts as ${agent.id}, first straight on the mock businesses, then through the door under ${path.basename(file)}.`,
    source: file,
    policy: policy.text,
    worlds,
    agents: [{ agent: agent.id, task: TASK, program: { kind: 'function', run: async () => undefined } }],
    harm: () => [],
    timeoutMs: TIMEOUT_MS,
  };
  const oracles = harmOracles(policy);
  return { scenario, policy, oracles, remarks: remarksOn(policy, agent, oracles) };
}

function agentOf({ policy, file }: LoadedPolicy, as: string | undefined): Agent {
  const agents = [...policy.agents.values()];
  const names = agents.map(({ id }) => id);
  if (as !== undefined) {
    const found = agents.find(({ id }) => id === as);
    if (found !== undefined) return found;
    throw new CommandFailed(`Failed to find agent \`${as}\` in ${file}; did you mean \`${closest(as, names)}\`?`);
  }
  const [only] = agents;
  if (only !== undefined && agents.length === 1) return only;
  throw new CommandFailed(`Failed to choose an agent of ${file}: say which with \`--as\`: ${names.join(', ')}.`);
}

async function worldOf({ upstreams, file }: LoadedPolicy, id: UpstreamId): Promise<WorldSetup['definition']> {
  const mock = upstreams.get(id)?.mock;
  if (mock !== undefined) return loadWorld(mock, file);
  throw new CommandFailed(
    `Failed to run the sandbox: upstream \`${id}\` of ${file} has no \`mock:\`. Name a shipped world, \`mock: payments\`, or a file that exports one.`,
  );
}

function withoutNever(harm: readonly Oracle[]): string {
  const stated = 'Say what must never happen: `never: [{ effect: create_refund, morePer: subject, than: 1 }]`';
  return harm.length === 0
    ? `harm was not judged: the policy has no \`never:\`, and no budget or \`once\` either; only Interlock's own promises were. ${stated}`
    : `the policy has no \`never:\`, so harm is what breaks its budgets and \`once\` rules at the ledger, and nothing else. ${stated}`;
}

function remarksOn({ never }: LoadedPolicy, { id, stage, rules }: Agent, harm: readonly Oracle[]): readonly string[] {
  const isLetOut = stage === 'staging' || stage === 'shadow';
  const isKeptIn = stage === 'limited' && rules.segment.length === 0;
  return [
    ...(isLetOut
      ? [`${id} is in stage ${stage}; here it acts as it would in production, where the rules alone hold it`]
      : []),
    ...(isKeptIn ? [`${id} is in stage limited and has no \`segment:\`, so every write is refused`] : []),
    ...(never.length === 0 ? [withoutNever(harm)] : []),
  ];
}
