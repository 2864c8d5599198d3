import type { Agent } from './policy.ts';

/** How many steps an agent's segments open in; `null`: there is no ramp, what is in is in at once. */
export function rampSteps({ rules }: Pick<Agent, 'rules'>): number | null {
  const steps = Math.max(0, ...rules.segment.map(({ belows }) => belows.length));
  return steps > 1 ? steps : null;
}
