import type { AgentId } from '../../engine/ids.ts';
import { ENGINE_VERSION } from '../../journal/index.ts';
import { identityOf, type LoadedPolicy } from '../../policy/index.ts';
import type { Basis } from './evidence.ts';
import type { Stretch } from './stretch.ts';

/** What the evidence is of, and since when. */
export function basisOf(policy: LoadedPolicy, agent: AgentId, { since, until, reset }: Stretch): Basis {
  const { digest, version, model, prompt } = identityOf(policy, agent);
  return {
    policyDigest: policy.digest,
    rulesDigest: policy.rulesDigest,
    identityDigest: digest,
    identity: { version: version ?? null, model: model ?? null, prompt: prompt ?? null },
    documents: policy.documents,
    engine: ENGINE_VERSION,
    since,
    until,
    reset,
  };
}
