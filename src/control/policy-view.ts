import { formatMoney } from '../std/money.ts';
import type { Instant } from '../std/clock.ts';
import { blastRadius, type LoadedPolicy, type Radius } from '../policy/index.ts';
import type { PolicyView, RadiusView } from './contract/policy.ts';

/** Worked out once for each policy: it takes longer than a request should. */
const RADII = new WeakMap<LoadedPolicy, Pick<PolicyView, 'agents' | 'total'>>();

/** The policy in force, and what may happen at most under it. */
export function policyView(loaded: LoadedPolicy, since: Instant): PolicyView {
  const { digest, file, text, includes } = loaded;
  return { digest, file, since: new Date(since).toISOString(), text, includes: { ...includes }, ...radiusView(loaded) };
}

export function radiusView(loaded: LoadedPolicy): Pick<PolicyView, 'agents' | 'total'> {
  const known = RADII.get(loaded);
  if (known !== undefined) return known;
  const { agents, total } = blastRadius(loaded);
  const view = {
    agents: agents.map(({ agent, stage, ...radius }): RadiusView => ({ agent, stage, ...boundsOf(radius) })),
    total: boundsOf(total),
  };
  RADII.set(loaded, view);
  return view;
}

/** As `interlock check` words it, `no limit` but for the unit: here each bound stands alone. */
function boundsOf({ moneyPerDay, callsPerHour, pii, destructive, writes }: Radius): PolicyView['total'] {
  return {
    moneyPerDay: moneyPerDay.map(({ currency, micros }) =>
      micros === undefined || currency === null
        ? `unbounded ${currency ?? 'in any currency'}`
        : formatMoney({ micros, currency }),
    ),
    callsPerHour: callsPerHour.map(({ effect, calls }) => ({
      effect,
      // A number that JSON does not have is no bound that anybody meant.
      calls: calls === undefined || calls > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(calls),
    })),
    pii: [...pii],
    destructive: [...destructive],
    writes: [...writes],
  };
}
