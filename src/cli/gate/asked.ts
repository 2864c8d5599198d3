import { existsSync } from 'node:fs';
import type { AgentId } from '../../engine/ids.ts';
import type { Stage } from '../../engine/call.ts';
import type { Asked } from '../../gate/evidence/asked.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { PromotionTerms, TargetTerms } from '../../policy/promotion.ts';
import { CommandFailed } from '../failure.ts';
import { actOut } from '../commands/sandbox.ts';
import { loadScenarios, scenarioDirectory, scenarioNames } from '../sandbox/shelf.ts';
import { SANDBOX_DEFAULT, type GateArguments } from './options.ts';
import { searchFor } from './search.ts';
import { stepAsked } from './step.ts';

/** What the policy demands, or why there is no gate to this stage. @throws CommandFailed */
export function demandedOf(
  { promotion, policy, file }: LoadedPolicy,
  agent: string,
  to: Stage,
): { readonly agent: AgentId; readonly terms: PromotionTerms; readonly target: TargetTerms } {
  const failed = (why: string): CommandFailed => new CommandFailed(`Failed to ask for ${to}: ${why}`);
  const known = [...policy.agents.values()].find(({ id }) => id === agent);
  if (known === undefined)
    throw failed(`\`${file}\` has no agent \`${agent}\`. It has: ${[...policy.agents.keys()].join(', ')}.`);
  if (promotion === undefined || promotion === 'none') {
    const what = promotion === undefined ? 'says nothing of promotions' : 'says `promotion: none`';
    throw failed(`\`${file}\` ${what}, so nothing is demanded of any stage. Write what is: docs/gate.md.`);
  }
  const target = promotion.targets.get(to);
  if (target === undefined) {
    throw failed(
      `\`${file}\` demands nothing of it. It demands something of: ${[...promotion.targets.keys()].join(', ')}.`,
    );
  }
  return { agent: known.id, terms: promotion, target };
}

/** Everything that evidence is gathered from; what has to be made first is made. */
export async function askedOf(
  given: GateArguments,
  loaded: LoadedPolicy,
  { agent, target }: { readonly agent: AgentId; readonly target: TargetTerms },
  { now, out }: { readonly now: number; readonly out: string },
): Promise<Asked> {
  const { data, to, actuals, by, labels, baseline } = given;
  if (!existsSync(data))
    throw new CommandFailed(`There is no journal in \`${data}\`. Name the data directory of a door: --data DIR.`);
  const step = stepAsked(loaded, { agent, to, data, now }, given.step);
  const scenarios = target.scenarios === null ? undefined : scenarioNames(scenarioDirectory(given.scenarios));
  const sandboxDir = await sandboxOf(given, target);
  const probeFile =
    given.probe ?? (target.probe === null ? undefined : await searchFor(loaded, target.probe.runs, out));
  return {
    policy: loaded,
    dir: data,
    agent,
    to,
    step,
    now,
    ...(actuals !== undefined && { actuals: { place: actuals, ...(by !== undefined && { caseField: by }) } }),
    ...(labels !== undefined && { labels }),
    ...(baseline !== undefined && { baselineDir: baseline }),
    ...(scenarios !== undefined && { scenarios }),
    ...(sandboxDir !== undefined && { sandboxDir }),
    ...(probeFile !== undefined && { probeFile }),
  };
}

/** The directory of a sandbox run, made now where that is asked for. Where nobody named one and there is none, it is lacking. */
async function sandboxOf(given: GateArguments, { scenarios }: TargetTerms): Promise<string | undefined> {
  const dir = given.sandbox ?? SANDBOX_DEFAULT;
  if (given['run-scenarios']) {
    const names = scenarios === null || scenarios === 'all' ? [] : scenarios;
    const found = await loadScenarios(scenarioDirectory(given.scenarios), names);
    const jobs = found.map((scenario) => ({ scenario, options: {}, remarks: [] }));
    await actOut(jobs, dir, process.stderr);
    return dir;
  }
  if (scenarios === null && given.sandbox === undefined) return undefined;
  return given.sandbox !== undefined || existsSync(dir) ? dir : undefined;
}
