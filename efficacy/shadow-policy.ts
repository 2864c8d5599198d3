import { isMap, isSeq, parseDocument } from 'yaml';

/**
 * Recorded runs begin an hour apart, each in a world of its own; one journal holds them all. So what a rule remembers for ever
 * must end before the next run begins, and no run lasts longer than this.
 */
const RUN = '30m';

/**
 * A policy of the study with its agents in shadow: writes are captured, never sent. Everything else stands as it was, but for
 * `once`, which holds for the length of a run: the next one meets the same orders anew.
 */
export function shadowed(text: string): string {
  const policy = parseDocument(text);
  const agents = policy.get('agents');
  if (!isMap(agents)) throw new Error('Failed to put a policy into shadow: it has no agents');
  for (const { value: agent } of agents.items) {
    if (!isMap(agent)) continue;
    agent.set('stage', 'shadow');
    const once = agent.get('once');
    if (!isSeq(once)) continue;
    for (const rule of once.items) if (isMap(rule)) rule.set('within', RUN);
  }
  return policy.toString({ lineWidth: 120 });
}
