import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import type { Stage } from './call.ts';
import type { Event } from './event.ts';
import type { AgentId } from './ids.ts';
import type { Agent, Policy } from './policy.ts';

/** The stages in the order in which an agent climbs them. */
export const STAGES = ['sandbox', 'staging', 'shadow', 'limited', 'production'] as const satisfies readonly Stage[];

/** Whether one stage lets an agent do more than another. */
export function isAbove(stage: Stage, other: Stage): boolean {
  return STAGES.indexOf(stage) > STAGES.indexOf(other);
}

/** Why an agent may work at a stage beyond the one that needs no proof. */
export interface Claim {
  readonly stage: Stage;
  /** The step of the ramp, from 1; `null`: all of it. */
  readonly step: number | null;
  /** It ends then by itself; `null`: never. */
  readonly until: Instant | null;
  readonly ground: 'promotion' | 'break_glass';
  /** The promotion's or the emergency's own name. */
  readonly id: string;
}

/** Where an agent stands at a moment. */
export interface Standing {
  readonly stage: Stage;
  /** `null`: no ramp holds it back. */
  readonly step: number | null;
  /** What it stands on; `null`: that needs no proof. */
  readonly claim: Claim | null;
}

/**
 * Where each agent stands: the highest stage that its claims reach, never above what its policy declares, and what needs no
 * proof where none does. A claim that ends does so by the calls' own time, so that deciding again gives the same.
 */
export class Standings {
  readonly #policy: Policy;
  readonly #claims = new Map<AgentId, readonly Claim[]>();
  /** When each agent was last demoted: whatever was shown before that counts no more. */
  readonly #fellAt = new Map<AgentId, Instant>();
  readonly #revoked = new Set<string>();
  /** Of agents that nobody asks for any proof. */
  readonly #fixed = new Map<AgentId, Standing>();

  constructor(policy: Policy) {
    this.#policy = policy;
    for (const { id, stage, base } of policy.agents.values()) {
      if (base === undefined) this.#fixed.set(id, { stage, step: null, claim: null });
    }
  }

  of(agent: AgentId, at: Instant): Standing {
    return this.#fixed.get(agent) ?? this.#highest(agent, this.claims(agent), at);
  }

  /** Where it would stand with these claims in place of its own. */
  with(claims: readonly Claim[], agent: AgentId, at: Instant): Standing {
    return this.#fixed.get(agent) ?? this.#highest(agent, claims, at);
  }

  /** What an agent may claim, ended claims among it. */
  claims(agent: AgentId): readonly Claim[] {
    return this.#claims.get(agent) ?? NO_CLAIMS;
  }

  fellAt(agent: AgentId): Instant | undefined {
    return this.#fellAt.get(agent);
  }

  isRevoked(promotion: string): boolean {
    return this.#revoked.has(promotion);
  }

  stood({ agent, at, policy, claims, fell, revoked }: Extract<Event, { kind: 'stood' }>): void {
    // A demotion and a revocation hold whatever policy comes; a promotion is for one alone.
    if (fell === true) this.#fellAt.set(agent, at);
    if (revoked !== undefined) this.#revoked.add(revoked);
    // Only the last word counts. Whatever was said under another policy, a demotion or the end of an emergency among it, must
    // not be undone by going back to this one: what the agent may claim here is then admitted here again.
    this.#claims.set(agent, policy === this.#policy.digest ? claims : NO_CLAIMS);
  }

  save(): Json {
    return {
      claims: [...this.#claims].map(([agent, claims]): Json => [agent, claims.map((claim) => ({ ...claim }))]),
      fellAt: [...this.#fellAt].map(([agent, at]): Json => [agent, at]),
      revoked: [...this.#revoked],
    };
  }

  load(state: Json): void {
    const { claims, fellAt, revoked } = state as unknown as {
      readonly claims: readonly (readonly [AgentId, readonly Claim[]])[];
      readonly fellAt: readonly (readonly [AgentId, Instant])[];
      readonly revoked: readonly string[];
    };
    for (const [agent, its] of claims) this.#claims.set(agent, its);
    for (const [agent, at] of fellAt) this.#fellAt.set(agent, at);
    for (const id of revoked) this.#revoked.add(id);
  }

  #highest(id: AgentId, claims: readonly Claim[], at: Instant): Standing {
    const agent = this.#policy.agents.get(id);
    // Nobody's calls get this far without an agent in the policy.
    let highest: Standing = { stage: agent?.base ?? 'sandbox', step: null, claim: null };
    for (const claim of claims) {
      if (claim.until !== null && claim.until <= at) continue;
      if (agent === undefined || isAbove(claim.stage, agent.stage)) continue;
      const { stage, step } = claim;
      if (isAbove(stage, highest.stage) || (stage === highest.stage && wider(step, highest.step)))
        highest = { stage, step, claim };
    }
    return highest;
  }
}

const NO_CLAIMS: readonly Claim[] = Object.freeze([]);

function wider(step: number | null, other: number | null): boolean {
  return other !== null && (step === null || step > other);
}

/** The stages that an agent may come to stand at under its policy. */
export function mayStandAt({ stage: top, base }: Pick<Agent, 'stage' | 'base'>, stage: Stage): boolean {
  return base === undefined ? stage === top : !isAbove(base, stage) && !isAbove(stage, top);
}

/** The same policy with every agent where it is declared, as if nobody asked for any promotion: for worlds in which nothing is real. */
export function asDeclared(policy: Policy): Policy {
  const agents = [...policy.agents].map(([id, { base: _, ...agent }]): [AgentId, Agent] => [id, agent]);
  return { ...policy, agents: new Map(agents) };
}
