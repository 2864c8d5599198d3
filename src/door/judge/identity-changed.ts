import type { Grant } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Refusal } from '../normal/refusal.ts';

/** Whether a grant was made for the very agent that the policy declares: this version, this model, this prompt. */
export function isOfIdentity({ agent, identity }: Grant, { identities }: Pick<LoadedPolicy, 'identities'>): boolean {
  return identities.get(agent)?.digest === identity;
}

/**
 * Why a grant is not taken any more, though nobody revoked it: what was shown of an agent was not shown of the one that it
 * has become. `undefined`: it is the same.
 */
export function identityChanged(grant: Grant, policy: Pick<LoadedPolicy, 'identities'>): Refusal | undefined {
  if (isOfIdentity(grant, policy)) return undefined;
  const version = policy.identities.get(grant.agent)?.version;
  const now = version === undefined ? '' : `, now version ${version}`;
  return {
    status: 401,
    reason: 'identity_changed',
    detail:
      `This grant is for another version, model or prompt of ${grant.agent} than the policy declares${now}. ` +
      `Ask a human for a new one: interlock grant create --agent ${grant.agent}`,
  };
}
