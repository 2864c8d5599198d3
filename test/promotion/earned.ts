import { writeFileSync } from 'node:fs';
import type { AgentId } from '../../src/engine/ids.ts';
import type { CheckpointSigner } from '../../src/journal/index.ts';
import { identityOf, type LoadedPolicy } from '../../src/policy/index.ts';
import { newPromotionId, signPromotion, type Promotion } from '../../src/promotion/index.ts';
import { randomBytes } from 'node:crypto';
import { recordsOf } from '../journal/rewrite.ts';
import { DAY_MS, GRANTED } from './granted.ts';

/** What the gate would say of an agent on this journal, were it to pass. */
export function earned(policy: LoadedPolicy, name: string, data: string, over: Partial<Promotion> = {}): Promotion {
  const agent = name as AgentId;
  const last = recordsOf(data).at(-1);
  if (last === undefined) throw new Error('there is no journal to rest a promotion on');
  const { digest, version, model, prompt } = identityOf(policy, agent);
  const issuedAt = Date.now();
  return {
    ...GRANTED,
    agent,
    identity: {
      digest,
      ...(version !== undefined && { version }),
      ...(model !== undefined && { model }),
      ...(prompt !== undefined && { prompt }),
    },
    policy: { digest: policy.digest, rules: policy.rulesDigest, file: 'interlock.yaml' },
    environment: policy.environment,
    step: null,
    segment: [],
    journal: { seq: last.seq, hash: last.hash, at: last.at, log: null },
    issuedAt,
    expiresAt: issuedAt + 30 * DAY_MS,
    id: newPromotionId(randomBytes),
    approvals: [{ by: 'ana', reason: 'read all 140 of the sample' }],
    ...over,
  };
}

/** Writes it as the gate does. */
export function writeSigned(file: string, promotion: Promotion, signer: CheckpointSigner): string {
  const text = signPromotion(promotion, signer);
  if (!text.ok) throw new Error(text.failure);
  writeFileSync(file, text.value);
  return file;
}
