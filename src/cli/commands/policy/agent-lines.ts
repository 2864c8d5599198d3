import type { Reloaded } from '../../../door/operations.ts';

/** What a policy does to each agent that it does anything to, a few lines each. */
export function agentLines(agents: Reloaded['agents']): readonly string[] {
  return agents.flatMap(({ agent, did, changes }) =>
    did === 'same' && changes.length === 0 ? [] : [`${agent}: ${did}`, ...changes.map((change) => `  ${change}`)],
  );
}
