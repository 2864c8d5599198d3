import { ok, type Result } from '../../../std/result.ts';
import type { Instant } from '../../../std/clock.ts';
import type { Stage } from '../../../engine/call.ts';
import type { AgentId } from '../../../engine/ids.ts';
import type { Agent } from '../../../engine/policy.ts';
import type { Claim } from '../../../engine/standings.ts';
import { eventsOf } from '../../../journal/fold.ts';
import type { StandingCause, StandingEntry } from '../../../journal/standing-entry.ts';
import type { PromotionTerms } from '../../../policy/index.ts';
import { knownAgent, refused, type OperationParts, type OperationRefused } from '../parts.ts';

/** Where an agent stands after somebody changed it. */
export interface Stood {
  readonly agent: AgentId;
  readonly before: Stage;
  readonly stage: Stage;
  /** The step of the ramp; `null`: none. */
  readonly step: number | null;
  /** Until when by itself; `null`: it needs no proof for this. */
  readonly until: Instant | null;
}

/** What changes where an agent stands. */
export interface Change {
  readonly at: Instant;
  /** In place of what it could claim before. */
  readonly claims: readonly Claim[];
  readonly cause: StandingCause;
  readonly by: string;
  readonly reason: string;
}

/**
 * Record and engine move in one step, as with a freeze: no call is decided between the two (I8). What was admitted before
 * goes on, sent or not; what is decided from here on is decided by where the agent stands now.
 */
export async function stand({ engine, journal }: OperationParts, agent: AgentId, change: Change): Promise<Stood> {
  const { at, claims } = change;
  const before = engine.standings.of(agent, at).stage;
  const policy = engine.policy.digest;
  const stands = engine.standings.with(claims, agent, at).stage;
  const entry: StandingEntry = { kind: 'standing', agent, policy, was: before, stands, ...change };
  journal.append(entry);
  // What a start will make of the record, and nothing else.
  for (const event of eventsOf(entry)) engine.apply(event);
  await journal.durable();
  return { ...standingNow(engine, agent, at), before };
}

/** Where an agent stands, with nobody changing it. */
export function standingNow({ standings }: OperationParts['engine'], agent: AgentId, at: Instant): Stood {
  const { stage, step, claim } = standings.of(agent, at);
  return { agent, before: stage, stage, step, until: claim?.until ?? null };
}

/** What an agent may still claim. */
export function liveClaims({ engine }: OperationParts, agent: AgentId, at: Instant): readonly Claim[] {
  return engine.standings.claims(agent).filter(({ until }) => until === null || until > at);
}

/** An agent that has to show something before it may go on, and what its policy says of that. */
export interface Climber {
  readonly agent: Agent;
  readonly terms: PromotionTerms;
}

export function climber(parts: OperationParts, name: string): Result<Climber, OperationRefused> {
  const id = knownAgent(parts, name);
  if (!id.ok) return id;
  const { promotion, policy } = parts.policy;
  const agent = policy.agents.get(id.value);
  if (agent?.base !== undefined && promotion !== undefined && promotion !== 'none') {
    return ok({ agent, terms: promotion });
  }
  return refused(
    409,
    `The policy asks for no promotion of \`${name}\`: it stands at ${agent?.stage ?? 'no stage'}. To hold it back, say in \`promotion:\` what a stage demands; to stop it at once: interlock kill ${name} --reason …`,
  );
}
