import { ok, type Result } from '../../../std/result.ts';
import type { Instant } from '../../../std/clock.ts';
import type { AgentId } from '../../../engine/ids.ts';
import type { Claim } from '../../../engine/standings.ts';
import { identityOf } from '../../../policy/index.ts';
import { rampSteps } from '../../../engine/ramp.ts';
import {
  readPromotion,
  verifyPromotion,
  type PromotionRefused,
  type VerifiedPromotion,
} from '../../../promotion/index.ts';
import { refused, spoken, type OperationParts, type Outcome } from '../parts.ts';
import { climber, liveClaims, stand, standingNow, type Climber, type Stood } from './stand.ts';

export interface Admitted extends Stood {
  readonly promotion: string;
}

/**
 * Lets an agent work where a signed promotion says that it may. Admitting one again changes nothing, and is on no record:
 * whoever watches over the agent would begin anew with each.
 */
export async function admitPromotion(parts: OperationParts, envelope: string, by: string): Outcome<Admitted> {
  const word = spoken('admit a promotion', by, 'it was signed');
  if (!word.ok) return word;
  const read = readPromotion(envelope);
  if (!read.ok) return refused(400, read.failure.message);
  const whose = climber(parts, read.value.promotion.agent);
  if (!whose.ok) return whose;
  const { engine, clock, shelf } = parts;
  const { id: agent } = whose.value.agent;
  const verified = verifiedFor(parts, whose.value, envelope, clock.now(), engine.standings.fellAt(agent));
  if (!verified.ok) return refused(409, verified.failure.message);
  const { promotion, signedBy } = verified.value;
  const { id, stage, step, expiresAt } = promotion;
  // First where a start looks for it: a claim whose promotion is not there is dropped.
  shelf.keep(id, envelope);
  // The disk may have taken its time, and a record is of when it was made.
  const at = clock.now();
  const live = liveClaims(parts, agent, at);
  if (live.some((claim) => claim.id === id)) return ok({ ...standingNow(engine, agent, at), promotion: id });
  const claim: Claim = { stage, step, until: expiresAt, ground: 'promotion', id };
  const stood = await stand(parts, agent, {
    at,
    claims: [...live, claim],
    cause: { what: 'promoted', promotion: id, envelope },
    by: `human:${word.value.by}`,
    reason: `promoted to ${stage}${step === null ? '' : `, step ${step}`} by ${signedBy}`,
  });
  return ok({ ...stood, promotion: id });
}

/** Takes a promotion back for good, admitted or not: it is admitted nowhere that knows this journal. */
export async function revokePromotion(
  parts: OperationParts,
  promotion: string,
  agentName: string,
  by: string,
  reason: string,
): Outcome<Admitted> {
  const word = spoken(`revoke \`${promotion}\``, by, reason);
  if (!word.ok) return word;
  const whose = climber(parts, agentName);
  if (!whose.ok) return whose;
  if (!PROMOTION_ID.test(promotion)) {
    return refused(
      400,
      `\`${promotion.slice(0, 100)}\` is no name of a promotion. \`interlock promotion show FILE\` tells it.`,
    );
  }
  const { id: agent } = whose.value.agent;
  const at = parts.clock.now();
  // In another's name it would be on record as revoked, and go on.
  const holder = holderOf(parts, promotion);
  if (holder !== undefined && holder !== agent) {
    return refused(409, `Failed to revoke \`${promotion}\`: it is of \`${holder}\`, not of \`${agent}\`.`);
  }
  const stood = await stand(parts, agent, {
    at,
    claims: liveClaims(parts, agent, at).filter(({ id }) => id !== promotion),
    cause: { what: 'revoked', promotion },
    by: `human:${word.value.by}`,
    reason: word.value.reason,
  });
  return ok({ ...stood, promotion });
}

/** The agent that stands on a promotion, or may; `undefined`: nobody. */
function holderOf({ engine, policy }: OperationParts, promotion: string): AgentId | undefined {
  return [...policy.policy.agents.keys()].find((id) =>
    engine.standings.claims(id).some((claim) => claim.id === promotion),
  );
}

const PROMOTION_ID = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether a promotion is one for this agent, here and now. */
export function verifiedFor(
  { policy, engine, shelf }: OperationParts,
  { agent, terms }: Climber,
  envelope: string,
  now: Instant,
  fellAt: Instant | undefined,
): Result<VerifiedPromotion, PromotionRefused> {
  const { standings } = engine;
  return verifyPromotion(envelope, {
    agent: agent.id,
    identity: identityOf(policy, agent.id),
    policy: { digest: policy.digest, rules: policy.rulesDigest },
    environment: policy.environment,
    terms,
    stageMax: agent.stage,
    rampSteps: rampSteps(agent) ?? 0,
    now,
    isRevoked: (id) => standings.isRevoked(id),
    fellAt,
    journalHas: (seq, hash) => shelf.journalHas(seq, hash),
  });
}
