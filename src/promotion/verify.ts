import { ok, type Result } from '../std/result.ts';
import type { Demand } from './demand.ts';
import { objectionTo } from './objection.ts';
import { promotionEnvelope, statementIn } from './read.ts';
import type { PromotionRefused } from './refusal.ts';
import { signerOf } from './signature.ts';
import type { Promotion } from './statement.ts';

export interface VerifiedPromotion {
  readonly promotion: Promotion;
  /** The key that signed it, `NAME+ID`. */
  readonly signedBy: string;
}

/**
 * Whether a text is a promotion that somebody signed whom the policy trusts, for exactly this agent under exactly this
 * policy, now. What stands in it is looked at only once its signature holds.
 */
export function verifyPromotion(text: string, demand: Demand): Result<VerifiedPromotion, PromotionRefused> {
  const envelope = promotionEnvelope(text);
  if (!envelope.ok) return envelope;
  const signedBy = signerOf(envelope.value, demand.terms.keys);
  if (!signedBy.ok) return signedBy;
  const promotion = statementIn(envelope.value);
  if (!promotion.ok) return promotion;
  const objection = objectionTo(promotion.value, demand);
  return objection ?? ok({ promotion: promotion.value, signedBy: signedBy.value });
}
