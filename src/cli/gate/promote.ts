import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointSigner } from '../../journal/index.ts';
import { makeDirectory } from '../../journal/index.ts';
import { assert } from '../../std/assert.ts';
import { fileName } from '../../gate/advice.ts';
import type { Approval } from '../../gate/criteria/gate-case.ts';
import type { GateResult } from '../../gate/criterion.ts';
import { promotionBaseline } from '../../gate/evidence/promotion-baseline.ts';
import { newPromotionId, signPromotion, type Promotion } from '../../promotion/index.ts';
import { openSegments, type LoadedPolicy } from '../../policy/index.ts';
import type { PromotionTerms } from '../../policy/promotion.ts';
import { CommandFailed } from '../failure.ts';

/** What was signed, and where it lies. */
export interface Promoted {
  readonly file: string;
  readonly promotion: Promotion;
}

interface Signing {
  readonly loaded: LoadedPolicy;
  readonly terms: PromotionTerms;
  readonly approvals: readonly Approval[];
  readonly signer: CheckpointSigner;
  readonly data: string;
  /** Where it is to be written; absent: among the data directory's promotions. */
  readonly file: string | undefined;
}

/** Signs what the gate says. INVARIANT: nothing but a PASS is ever signed. */
export function promote(result: GateResult, { loaded, terms, approvals, signer, data, file }: Signing): Promoted {
  assert(result.verdict === 'PASS', `a promotion is signed of a PASS alone, and this is ${result.verdict}`);
  const promotion = promotionOf(result, loaded, terms, approvals);
  const signed = signPromotion(promotion, signer);
  if (!signed.ok) throw new CommandFailed(`Failed to sign the promotion: ${signed.failure}.`);
  const { agent, stage, step, id } = promotion;
  const ramp = step === null ? '' : `-${step}`;
  const name = `${fileName(agent)}-${stage}${ramp}-${id.replace(/^promotion_/, '').slice(0, 8)}.json`;
  const place = file ?? path.join(data, 'promotions', name);
  try {
    makeDirectory(path.dirname(place));
    writeFileSync(place, signed.value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(
      `Failed to write the promotion to \`${place}\`: ${why}. Name another place: --promotion FILE.`,
    );
  }
  return { file: place, promotion };
}

function promotionOf(
  { agent, from, to, step, criteria, evidence, at, version }: GateResult,
  loaded: LoadedPolicy,
  terms: PromotionTerms,
  approvals: readonly Approval[],
): Promotion {
  const identity = loaded.identities.get(agent);
  const { head, redecided } = evidence.journal;
  assert(identity !== undefined, `${agent} is an agent of the policy`);
  assert(head !== null, 'an empty journal passes no gate');
  return {
    agent,
    identity: {
      digest: identity.digest,
      ...(identity.version !== undefined && { version: identity.version }),
      ...(identity.model !== undefined && { model: identity.model }),
      ...(identity.prompt !== undefined && { prompt: identity.prompt }),
    },
    policy: { digest: loaded.digest, rules: loaded.rulesDigest, file: loaded.file },
    environment: loaded.environment,
    from,
    stage: to,
    step,
    segment: to === 'limited' ? openSegments(loaded, agent, step) : [],
    journal: { ...head, log: null },
    evidence: evidence.files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    criteria: criteria.map(({ id, class: of, required, observed }) => ({ id, class: of, required, observed })),
    engine: { version, decisions: redecided.now },
    issuedAt: at,
    expiresAt: at + terms.expiresMs,
    id: newPromotionId(randomBytes),
    approvals,
    baseline: promotionBaseline(evidence),
  };
}
