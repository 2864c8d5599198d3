import type { Stage } from '../../engine/call.ts';
import { rampSteps } from '../../engine/ramp.ts';
import { isAbove } from '../../engine/standings.ts';
import type { Asked } from './asked.ts';

/** A stage, or a step of its ramp, that an agent comes to by a promotion alone. */
export interface Earned {
  readonly stage: Stage;
  /** `null`: the stage has no ramp. */
  readonly step: number | null;
}

/**
 * Where an agent must have been promoted to before its calls show anything for what is asked: for a further step to the step
 * before, for the stage above to the last step. `null`: they are of a stage that asks for no promotion.
 */
export function earnedFor({ policy: { policy }, agent: id, to, step }: Asked, from: Stage): Earned | null {
  if (step !== null && step > 1) return { stage: to, step: step - 1 };
  const agent = policy.agents.get(id);
  if (agent?.base === undefined || !isAbove(from, agent.base)) return null;
  return { stage: from, step: from === 'limited' ? rampSteps(agent) : null };
}

export const earnedText = ({ stage, step }: Earned): string =>
  step === null ? `\`${stage}\`` : `step ${step} of \`${stage}\``;
