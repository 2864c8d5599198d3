import type { AgentId } from '../../engine/ids.ts';
import { Standings } from '../../engine/standings.ts';
import { eventsOf } from '../../journal/fold.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Instant } from '../../std/clock.ts';
import type { GateEvidence } from './evidence.ts';
import type { Turning } from './records.ts';

/** Where the agent stands under the policy, by what the journal says of it; `null`: the policy does not know it. */
export function standingOf(
  { policy }: LoadedPolicy,
  agent: AgentId,
  { standings }: Pick<Turning, 'standings'>,
  now: Instant,
): GateEvidence['standing'] {
  if (!policy.agents.has(agent)) return null;
  const all = new Standings(policy);
  for (const record of standings) {
    for (const event of eventsOf(record)) if (event.kind === 'stood') all.stood(event);
  }
  const { stage, step } = all.of(agent, now);
  return { stage, step };
}
