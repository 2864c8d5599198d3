import type { LoadedPolicy } from '../../policy/index.ts';
import { approvalOracles } from './approval-kept.ts';
import { budgetOracles } from './budget-kept.ts';
import { collarOracles } from './collar-kept.ts';
import { freezeOracle } from './freeze-kept.ts';
import { freshOracles } from './fresh-kept.ts';
import { inflightOracles } from './inflight-kept.ts';
import { onceOracles } from './once-kept.ts';
import type { Oracle } from './oracle.ts';
import { scopeOracle } from './scope-kept.ts';

/**
 * What Interlock promises of the policy's own rules, measured at the businesses: of every budget that the calls which took
 * effect come to no more than it (I2), of every `once` that its subject took effect once (I5), and of what arrives at all that
 * no agent was frozen (I6) and that the rules on single calls held. As the policy reads requests: harm is a bug in Interlock.
 */
export function promiseOracles(loaded: LoadedPolicy): readonly Oracle[] {
  return [
    ...budgetOracles(loaded, 'as read'),
    ...onceOracles(loaded, 'as read'),
    freezeOracle,
    scopeOracle(loaded),
    ...collarOracles(loaded),
    ...approvalOracles(loaded),
    ...inflightOracles(loaded),
    ...freshOracles(loaded),
  ];
}

/**
 * What the author of a budget or a `once` must have meant, for a policy that has no `never:`: no more money than the budget
 * leaves, whatever the requests said; no subject of the ledger is met twice. Harm is a hole in the policy: it reads an amount,
 * a currency or a subject off requests that is not what the business goes by, or not at all.
 */
export function impliedOracles(loaded: LoadedPolicy): readonly Oracle[] {
  return [...budgetOracles(loaded, 'in truth'), ...onceOracles(loaded, 'in truth')];
}
