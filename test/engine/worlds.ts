import { expect } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import type { Decision, Finding } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Event } from '../../src/engine/event.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { captures, type Agent, type Policy } from '../../src/engine/policy.ts';

/** The policy as it will be on the day that everybody who is in shadow writes for real. */
export function promoted(policy: Policy): Policy {
  const moved = ([id, agent]: readonly [AgentId, Agent]): [AgentId, Agent] => {
    return [id, captures(agent) ? { ...agent, stage: 'production' } : agent];
  };
  return { ...policy, agents: new Map([...policy.agents].map(moved)) };
}

/** All that may differ: the stage's own word, and which of several earlier calls is named. */
export function judged({ findings }: Decision): readonly Partial<Finding>[] {
  return findings
    .filter(({ guard }) => guard !== 'stage')
    .map(({ earlier: _, hint: __, observed = '', ...found }) => ({
      ...found,
      observed: observed.replace(/call_\d+/, 'a call'),
    }));
}

/**
 * The engine with its books for agents in shadow, beside engines that know nothing of them: for each agent in shadow one for
 * which exactly its captured writes are real, and for everybody else one for which none is. All under the policy in production.
 */
export class Worlds {
  readonly #engine: Engine;
  readonly #nobodys: Engine;
  readonly #its: ReadonlyMap<AgentId, Engine>;
  readonly #met: (kind: 'shadow' | 'real', reason: string) => void;

  constructor(policy: Policy, met: (kind: 'shadow' | 'real', reason: string) => void) {
    const production = promoted(policy);
    this.#engine = new Engine(policy);
    this.#nobodys = new Engine(production);
    const shadows = [...policy.agents.values()].filter(captures);
    this.#its = new Map(shadows.map(({ id }) => [id, new Engine(production)]));
    this.#met = met;
  }

  decide(call: Call): Decision {
    const decision = this.#engine.decide(call);
    const its = this.#its.get(call.agent);
    const expected = (its ?? this.#nobodys).decide(call);
    expect(judged(decision)).toEqual(judged(expected));
    const isCaptured = its !== undefined && expected.verdict === 'allow' && call.effect !== 'read';
    expect(decision.verdict).toBe(isCaptured ? 'capture' : expected.verdict);
    for (const { reason } of decision.findings) this.#met(its === undefined ? 'real' : 'shadow', reason);
    return decision;
  }

  apply(event: Event): void {
    this.#engine.apply(event);
    this.#nobodys.apply(heardBy(undefined, event));
    for (const [agent, world] of this.#its) world.apply(heardBy(agent, event));
  }
}

/** What an engine hears that takes one agent's captured writes for real, and nobody else's. */
function heardBy(agent: AgentId | undefined, event: Event): Event {
  if (event.kind !== 'decided' || event.verdict !== 'capture') return event;
  return { ...event, verdict: event.call.agent === agent ? 'allow' : 'capture' };
}
