import type { Oracle } from './oracle.ts';

/** `as read`: by what the policy reads off requests. `in truth`: by what stands in the ledger. */
export type Measure = 'as read' | 'in truth';

/** How an oracle that measures a rule of the policy is called; what the door reads, it vouches for: a promise (I2, I5). */
export function named(rule: string, promise: 'I2' | 'I5', measure: Measure): Pick<Oracle, 'name' | 'promise'> {
  return measure === 'as read' ? { name: `${promise} ${rule}`, promise: true } : { name: rule };
}
