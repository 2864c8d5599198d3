import type { LoadedPolicy } from '../../policy/index.ts';
import { budgetOracles } from './budget-kept.ts';
import { onceOracles } from './once-kept.ts';
import type { Oracle } from './oracle.ts';

/**
 * What Interlock promises of the policy's own limits, measured at the businesses: of every budget that the calls which took
 * effect come to no more than it (I2), of every `once` that its subject took effect once (I5). As the policy reads amounts
 * and subjects off requests: harm is a bug in Interlock.
 */
export function promiseOracles(loaded: LoadedPolicy): readonly Oracle[] {
  return [...budgetOracles(loaded, 'as read'), ...onceOracles(loaded, 'as read')];
}

/**
 * What the author of a budget or a `once` must have meant, for a policy that has no `never:`: no more money than the budget
 * leaves, whatever the requests said; no subject of the ledger is met twice. Harm is a hole in the policy: it reads an amount,
 * a currency or a subject off requests that is not what the business goes by, or not at all.
 */
export function impliedOracles(loaded: LoadedPolicy): readonly Oracle[] {
  return [...budgetOracles(loaded, 'in truth'), ...onceOracles(loaded, 'in truth')];
}
