import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Policy } from '../../engine/policy.ts';

/** What a stage means for whoever works in it. */
const MEANS: Readonly<Record<Stage, string>> = {
  sandbox: 'Everything behind this door is a mock business: nothing that you do is real.',
  staging: 'What you read is real. You may not write: every write is refused.',
  shadow:
    'What you read is real, with your own writes over it. Your writes are captured: judged and answered as if they had been made, and never sent. `interlock-origin` marks every answer that is not the upstream’s own.',
  limited: 'What you read is real. Writes are real inside your segment, and refused outside of it.',
  production: 'What you read and write is real.',
};

/** As members of a JSON answer; none of an agent that the policy does not name. */
export function stageWords(policy: Policy, agent: AgentId): { readonly stage?: Stage; readonly stageMeans?: string } {
  const stage = policy.agents.get(agent)?.stage;
  return stage === undefined ? {} : { stage, stageMeans: MEANS[stage] };
}

/** The same where it explains a refusal: to whom the world is not simply as it is. */
export function stageOfRefusal(policy: Policy, agent: AgentId): ReturnType<typeof stageWords> {
  const words = stageWords(policy, agent);
  return words.stage === 'production' || words.stage === 'sandbox' ? {} : words;
}
