import type { Stage } from '../../../src/engine/call.ts';
import type { AgentId } from '../../../src/engine/ids.ts';
import { newSigningKey, readSigningKey, type StandingEntry } from '../../../src/journal/index.ts';
import { signPromotion, type Promotion, type PromotionBaseline } from '../../../src/promotion/index.ts';
import { BASELINE, BOT, DIGEST, standing } from './records.ts';

const SIGNER = readSigningKey(newSigningKey('gate.example.com/refunds'));
const HEX = 'a'.repeat(64);

/** The record of a promotion, with a real envelope around its baseline. */
export function promoted(at: number, baseline: PromotionBaseline = BASELINE, agent: AgentId = BOT): StandingEntry {
  const id = `promotion_${'0123456789abcdef'.repeat(2)}`;
  const stage: Stage = 'limited';
  const promotion: Promotion = {
    agent,
    identity: { digest: HEX },
    policy: { digest: DIGEST, rules: HEX, file: 'interlock.yaml' },
    environment: 'production',
    from: 'shadow',
    stage,
    step: 1,
    segment: [],
    journal: { seq: 1, hash: HEX, at, log: null },
    evidence: [],
    criteria: [],
    engine: { version: '0.0.0', decisions: HEX },
    issuedAt: at,
    expiresAt: at + 1,
    id,
    approvals: [],
    baseline,
  };
  if (!SIGNER.ok) throw new Error(SIGNER.failure);
  const envelope = signPromotion(promotion, SIGNER.value);
  if (!envelope.ok) throw new Error(envelope.failure);
  const claims = [{ stage, step: 1, until: null, ground: 'promotion', id }] as const;
  return standing(at, { agent, claims, cause: { what: 'promoted', promotion: id, envelope: envelope.value } });
}
