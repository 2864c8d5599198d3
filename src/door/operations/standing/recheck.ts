import { fail, ok, type Result } from '../../../std/result.ts';
import type { Instant } from '../../../std/clock.ts';
import type { AgentId } from '../../../engine/ids.ts';
import type { Claim } from '../../../engine/standings.ts';
import type { PromotionRefused } from '../../../promotion/index.ts';
import { GLASS_MAX_MS } from './break-glass.ts';
import type { OperationParts } from '../parts.ts';
import { climber, liveClaims, stand, type Climber } from './stand.ts';
import { verifiedFor } from './promotions.ts';

/** A promotion or a broken glass that does not hold any more, and why. */
export interface Lapsed extends Lapse {
  readonly agent: string;
  readonly promotion: string;
}

type Lapse = Omit<PromotionRefused, 'code'> & { readonly code: PromotionRefused['code'] | 'not_on_record' };

/**
 * Looks again, at a start, at every promotion that an agent stands on: its envelope must be there, and hold under the policy
 * as it is. The journal alone says that it was admitted; whoever can write there could have written that. What does not hold
 * is dropped, on record, before any call is judged.
 */
export async function recheckPromotions(parts: OperationParts): Promise<readonly Lapsed[]> {
  const lapsed: Lapsed[] = [];
  const at = parts.clock.now();
  for (const { id } of parts.policy.policy.agents.values()) {
    const live = liveClaims(parts, id, at);
    if (live.length === 0) continue;
    const whose = climber(parts, id);
    let left = live;
    for (const claim of live) {
      const holds = whose.ok ? claimHolds(parts, whose.value, claim, at) : ok(undefined);
      if (holds.ok) continue;
      left = left.filter((other) => other !== claim);
      const cause = { what: 'lapsed', promotion: claim.id, code: holds.failure.code } as const;
      await stand(parts, id, { at: parts.clock.now(), claims: left, cause, by: 'door', reason: holds.failure.message });
      lapsed.push({ agent: id, promotion: claim.id, ...holds.failure });
    }
  }
  return lapsed;
}

/** Of what an agent may claim, what holds under the policy as it is; looked at anew, as at a start. */
export function claimsThatHold(parts: OperationParts, id: AgentId, at: Instant): readonly Claim[] {
  const live = liveClaims(parts, id, at);
  if (live.length === 0) return live;
  const whose = climber(parts, id);
  return whose.ok ? live.filter((claim) => claimHolds(parts, whose.value, claim, at).ok) : [];
}

function claimHolds(parts: OperationParts, whose: Climber, claim: Claim, at: Instant): Result<undefined, Lapse> {
  if (claim.ground === 'break_glass') return glassHolds(parts, whose, claim);
  const envelope = parts.shelf.envelope(claim.id);
  if (envelope === undefined) {
    const next = 'Admit it again: interlock promotion admit FILE.';
    return fail({ code: 'not_json', message: `The promotion ${claim.id} is not in this data directory. ${next}` });
  }
  // A demotion took its claims when it came; what is left was not meant by it.
  const verified = verifiedFor(parts, whose, envelope, at, undefined);
  if (!verified.ok) return verified;
  const { promotion } = verified.value;
  const isSame =
    promotion.id === claim.id &&
    promotion.stage === claim.stage &&
    promotion.step === claim.step &&
    promotion.expiresAt === claim.until;
  if (isSame) return ok(undefined);
  return fail({
    code: 'subject_mismatch',
    message: `The journal says of the promotion ${claim.id} what does not stand in it: ${claim.stage} until ${String(claim.until)}. Verify the journal: interlock audit verify.`,
  });
}

/**
 * A human's word stands in the journal alone, as a freeze does; and there it must stand, with the page that it is, for no
 * longer than anybody may say. A claim that came by a snapshot, or beside another cause, was made by nobody.
 */
function glassHolds({ shelf }: OperationParts, { agent }: Climber, claim: Claim): Result<undefined, Lapse> {
  const { id, stage, until } = claim;
  const said = until === null ? undefined : shelf.glass(id, until - GLASS_MAX_MS);
  const isSame =
    said?.agent === agent.id &&
    said.cause.what === 'break_glass' &&
    said.cause.stage === stage &&
    said.cause.until === until;
  if (isSame) return ok(undefined);
  const message = `Nobody is on record to have broken the glass ${id} for ${stage}. Verify the journal: interlock audit verify.`;
  return fail({ code: 'not_on_record', message });
}
