import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import { rampSteps } from '../../engine/ramp.ts';
import { isAbove } from '../../engine/standings.ts';
import type { LoadedPolicy } from '../policy.ts';
import { openSegments } from './segments.ts';
import { evidenceDemands, targetDemands, type Demands } from './words.ts';

/** One promotion on an agent's way. */
export interface Rung extends Demands {
  readonly stage: Stage;
  /** The stage in which it must show all that. */
  readonly from: Stage;
  /** The step of the ramp that it comes to, from 1; `null`: the stage has no ramp. */
  readonly step: number | null;
  /** What lies open there for writing: `create_refund: 1% of body.customer`. Empty: everything its rules allow. */
  readonly opens: readonly string[];
}

/** From where an agent stands by itself to the most it may be. */
export interface Ladder {
  readonly agent: AgentId;
  readonly declared: Stage;
  /** Where it stands without any promotion. */
  readonly base: Stage;
  readonly rungs: readonly Rung[];
}

/** The ladder of an agent of a policy; without promotions it stands where it is declared, and there is nothing to climb. */
export function ladderOf(loaded: LoadedPolicy, id: AgentId): Ladder | undefined {
  const agent = loaded.policy.agents.get(id);
  if (agent === undefined) return undefined;
  const { stage: declared, base = declared } = agent;
  if (typeof loaded.promotion !== 'object') return { agent: id, declared, base, rungs: [] };
  const steps = rampSteps(agent);
  const rungs = [...loaded.promotion.targets.values()]
    .filter(({ stage }) => isAbove(stage, base) && !isAbove(stage, declared))
    .flatMap((target): readonly Rung[] => {
      const { stage, from, each } = target;
      const at = (step: number | null): readonly string[] =>
        stage === 'limited' ? openSegments(loaded, id, step) : [];
      if (stage !== 'limited' || steps === null || each === undefined)
        return [{ stage, from, step: null, opens: at(null), ...targetDemands(target) }];
      const first: Rung = { stage, from, step: 1, opens: at(1), ...targetDemands(target) };
      const others = Array.from({ length: steps - 1 }, (_, index) => index + 2);
      return [
        first,
        ...others.map((step) => ({ stage, from: stage, step, opens: at(step), ...evidenceDemands(each, 'each') })),
      ];
    });
  return { agent: id, declared, base, rungs };
}

/**
 * Agents that work for real, or may, and of whom the policy does not say what they must have shown: neither that it is
 * demanded nor that nobody asks.
 */
export function unaskedAgents({ promotion, policy }: Pick<LoadedPolicy, 'promotion' | 'policy'>): readonly AgentId[] {
  if (promotion !== undefined) return [];
  return [...policy.agents.values()].flatMap(({ id, stage }) =>
    stage === 'limited' || stage === 'production' ? [id] : [],
  );
}
