import type { Stage } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Claim } from '../../engine/standings.ts';
import type { Instant } from '../../std/clock.ts';

/** What a stage means for whoever works in it. */
const MEANS: Readonly<Record<Stage, string>> = {
  sandbox: 'Everything behind this door is a mock business: nothing that you do is real.',
  staging: 'What you read is real. You may not write: every write is refused.',
  shadow:
    'What you read is real, with your own writes over it. Your writes are captured: judged and answered as if they had been made, and never sent. `interlock-origin` marks every answer that is not the upstream’s own.',
  limited: 'What you read is real. Writes are real inside your segment, and refused outside of it.',
  production: 'What you read and write is real.',
};

export interface StageWords {
  readonly stage?: Stage;
  readonly stageMeans?: string;
  /** The stage that its policy lets it come to, where it has not been promoted so far. */
  readonly notPromotedTo?: Stage;
  /** A human broke the glass for it: until then it may work further than it has shown that it may. */
  readonly brokenGlassUntil?: string;
  /** What it lacked when a gate was asked last; absent where none was, or it lacked nothing. */
  readonly lacking?: readonly string[];
}

/** What an agent lacked at the last look, one sentence each; none where nobody knows. */
export type Lacking = (agent: AgentId) => readonly string[];

export const NOBODY_KNOWS: Lacking = () => [];

/** Where an agent stands, as members of a JSON answer; none of an agent that the policy does not name. */
export function stageWords(
  { policy, standings }: Pick<Engine, 'policy' | 'standings'>,
  id: AgentId,
  at: Instant,
  lacking: Lacking,
): StageWords {
  const agent = policy.agents.get(id);
  if (agent === undefined) return {};
  const { stage, claim } = standings.of(id, at);
  const means = { stage, stageMeans: MEANS[stage], ...glassOf(claim) };
  if (stage === agent.stage) return means;
  const lacks = lacking(id);
  return { ...means, notPromotedTo: agent.stage, ...(lacks.length > 0 && { lacking: lacks }) };
}

/** The same where it explains a refusal: to whom the world is not simply as it is. */
export function stageOfRefusal(...asked: Parameters<typeof stageWords>): StageWords {
  const words = stageWords(...asked);
  const isPlain = words.stage === 'production' || words.stage === 'sandbox';
  return isPlain && words.brokenGlassUntil === undefined ? {} : words;
}

function glassOf(claim: Claim | null): Pick<StageWords, 'brokenGlassUntil'> {
  if (claim?.ground !== 'break_glass' || claim.until === null) return {};
  return { brokenGlassUntil: new Date(claim.until).toISOString() };
}
