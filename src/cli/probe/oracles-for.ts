import { harmOracles } from '../../lab/oracles/harm.ts';
import type { Oracle } from '../../lab/oracles/oracle.ts';
import { promiseOracles } from '../../lab/oracles/promises.ts';
import { worldSize } from '../../lab/probe/world-size.ts';
import type { LoadedPolicy } from '../../policy/index.ts';

/** What must never happen: the policy's `never`, the user's own, and what Interlock promises of every policy. */
export function oraclesFor(
  loaded: LoadedPolicy,
  own: readonly Oracle[],
): { readonly oracles: readonly Oracle[]; readonly remarks: readonly string[] } {
  const oracles = [...harmOracles(loaded, own), ...promiseOracles(loaded)];
  if (loaded.never.length > 0 || own.length > 0) return { oracles, remarks: outOfReach(loaded) };
  const remark =
    'The policy has no `never`, so it was held to what its budgets and `once` rules mean at the ledger, and to nothing else. ' +
    'Say what must never happen: `never: [{ effect: create_refund, morePer: subject, than: 1 }]`.';
  return { oracles, remarks: [remark] };
}

/** What the mock businesses hold too little for. */
function outOfReach({ never }: LoadedPolicy): readonly string[] {
  return worldSize(never).outOfReach.map(
    ({ rule, text }) =>
      `${rule} (${text}) cannot be broken here: the mock businesses hold too little. That it held says nothing; try a smaller number.`,
  );
}
