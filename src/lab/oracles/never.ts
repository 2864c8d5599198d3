import type { NeverRule } from '../../policy/never.ts';
import { countWatch } from './counts.ts';
import { moneyWatch, payeesWatch } from './money.ts';
import type { Oracle } from './oracle.ts';
import { readsWatch } from './reads.ts';

/** The policy's `never:` as oracles, in its order. */
export function neverOracles(never: readonly NeverRule[]): readonly Oracle[] {
  return never.map((rule) => ({ name: rule.rule, text: rule.text, watch: watchOf(rule) }));
}

function watchOf(rule: NeverRule): Oracle['watch'] {
  if (rule.kind === 'money') return moneyWatch(rule);
  if (rule.kind === 'payees') return payeesWatch(rule);
  return rule.kind === 'reads' ? readsWatch(rule) : countWatch(rule);
}
