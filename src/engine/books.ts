import type { Event } from './event.ts';
import type { AgentId } from './ids.ts';
import { captures, type Agent, type Policy } from './policy.ts';
import { mayStandAt } from './standings.ts';

/**
 * Whose books an agent's calls are counted in: those of the real world, those of a shadow, in which its captured writes count
 * too, or both, for an agent that may come to stand in either.
 */
export interface Books {
  readonly real: AgentId | undefined;
  readonly shadow: AgentId | undefined;
}

export interface Bookkeeping {
  /** For guards to install: an agent with two sets of books is two agents in it. */
  readonly policy: Policy;
  readonly books: ReadonlyMap<AgentId, Books>;
}

/**
 * An agent that may stand in shadow today and in production tomorrow has both sets of books from the beginning, and both hear
 * everything, each as it would be if the agent had always stood there. So leaving shadow leaves everything made up behind, and
 * going back finds what was really done; neither asks for the journal to be read again.
 */
export function bookkeeping(policy: Policy): Bookkeeping {
  const agents: Agent[] = [];
  const books = new Map<AgentId, Books>();
  for (const agent of policy.agents.values()) {
    const inShadow = mayStandAt(agent, 'shadow');
    const elsewhere = (['sandbox', 'staging', 'limited', 'production'] as const).findLast((stage) =>
      mayStandAt(agent, stage),
    );
    if (elsewhere === undefined || !inShadow) {
      agents.push(agent);
      books.set(
        agent.id,
        captures(agent) ? { real: undefined, shadow: agent.id } : { real: agent.id, shadow: undefined },
      );
      continue;
    }
    const shadow: Agent = { ...agent, id: `${agent.id}${SHADOW}` as AgentId, of: agent.id, stage: 'shadow' };
    agents.push({ ...agent, stage: elsewhere }, shadow);
    books.set(agent.id, { real: agent.id, shadow: shadow.id });
  }
  return { policy: { ...policy, agents: new Map(agents.map((agent) => [agent.id, agent])) }, books };
}

/** No agent's name has it. */
const SHADOW = '@shadow';

/** What a monitor of the shadow's books is saved under: the real ones have the same rules. */
export function savedAs(agent: AgentId | 'all', key: string): string {
  return agent.endsWith(SHADOW) ? `${agent} ${key}` : key;
}

/** The event as the owner of other books hears it. */
export function heardAs<Heard extends Extract<Event, { kind: 'frozen' | 'resumed' }>>(
  event: Heard,
  agent: AgentId,
): Heard {
  return event.kind === 'frozen' ? { ...event, freeze: { ...event.freeze, agent } } : { ...event, agent };
}
