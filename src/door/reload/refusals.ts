import { grantState, type Grants } from '../../journal/index.ts';
import type { Clock } from '../../std/clock.ts';
import { reachAt, type AgentChange } from '../../policy/index.ts';
import type { Stands } from './falls.ts';

interface Around {
  readonly grants: Grants;
  readonly clock: Clock;
}

/**
 * Why a policy is not loaded into a running door: nobody may really do after what they really could not do before, unless by a
 * promotion that was signed for exactly this policy. What an agent needs no grant for does not exist: one that is new, works
 * nowhere for real, and has no grant from earlier days can do nothing until somebody makes it one.
 */
export function refusals(changes: readonly AgentChange[], stands: Stands, around: Around): readonly string[] {
  return changes.flatMap(({ agent, widened, stage }) => {
    if (widened.length === 0 || stage.after === null || stands.isPromoted(agent)) return [];
    if (stage.before === null && reachAt(stage.after) !== 'all') {
      const live = liveGrants(agent, around);
      return live === 0
        ? []
        : [`${agent} is new, and ${live} of its grants are live from before. Revoke them first: interlock grant list`];
    }
    return [
      `${agent} (${stage.after}) could do more, and no promotion is for this policy: ${widened.join('; ')}. ${WAY}`,
    ];
  });
}

const WAY =
  'Declare in `promotion:` what it must show, and let the gate promote it; or restart the door with this file, which is an act at the machine.';

function liveGrants(agent: string, { grants, clock }: Around): number {
  const at = clock.now();
  return grants.all().filter((grant) => grant.agent === agent && grantState(grant, at, grants) === 'live').length;
}
