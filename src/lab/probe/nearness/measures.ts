import { calendar } from '../../../std/calendar.ts';
import type { Currency } from '../../../std/money.ts';
import type { Effect } from '../../../engine/call.ts';
import type { AgentId } from '../../../engine/ids.ts';
import type { Agent } from '../../../engine/policy.ts';
import { blastRadius, type LoadedPolicy, type Radius } from '../../../policy/index.ts';
import type { Span } from './sliding-sum.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One bound of the blast radius, and over what it is measured. */
export type Measure = {
  /** `null`: all agents together. */
  readonly agent: AgentId | null;
  /** `undefined`: nothing bounds it. */
  readonly bound: bigint | undefined;
  readonly span: Span;
} & ({ readonly kind: 'money'; readonly currency: Currency } | { readonly kind: 'calls'; readonly effect: Effect });

/**
 * What the blast radius bounds, and the stretch of time over which each bound certainly holds.
 *
 * A bound on money is a sum of limits, each over days of its own: a budget per day over a calendar day of its zone, any
 * other over any 24 hours. So a stretch that is no longer than 24 hours and runs over no midnight of those zones lies within
 * one day of each, and no more than the sum can leave in it. Where every limit is a budget per day, 24 hours are no part of
 * it: the day that clocks make longer is measured whole.
 */
export function measuresOf(loaded: LoadedPolicy): readonly Measure[] {
  const { agents, total } = blastRadius(loaded);
  const all = [...loaded.policy.agents.values()];
  return [
    ...agents.flatMap(({ agent, ...radius }) =>
      measures(
        agent,
        radius,
        loaded,
        all.filter(({ id }) => id === agent),
      ),
    ),
    ...(agents.length > 1 ? measures(null, total, loaded, all) : []),
  ];
}

/** Whose money may leave in any currency at all, as far as the policy goes; `null`: all agents together. */
export function unpinned(loaded: LoadedPolicy): ReadonlySet<AgentId | null> {
  const { agents, total } = blastRadius(loaded);
  const isUnpinned = ({ moneyPerDay }: Radius): boolean => moneyPerDay.some(({ currency }) => currency === null);
  const own = agents.filter(isUnpinned).map(({ agent }) => agent);
  return new Set([...own, ...(isUnpinned(total) ? [null] : [])]);
}

function measures(
  agent: AgentId | null,
  { moneyPerDay, callsPerHour }: Radius,
  loaded: LoadedPolicy,
  agents: readonly Agent[],
): readonly Measure[] {
  return [
    ...moneyPerDay.flatMap(({ currency, micros }): Measure[] =>
      currency === null
        ? []
        : [{ kind: 'money', agent, currency, bound: micros, span: dayOf(loaded, agents, currency) }],
    ),
    ...callsPerHour.map(({ effect, calls }): Measure => {
      return { kind: 'calls', agent, effect, bound: calls, span: { ms: HOUR_MS, calendars: [] } };
    }),
  ];
}

function dayOf({ policy }: LoadedPolicy, agents: readonly Agent[], currency: Currency): Span {
  const budgets = [...policy.shared.budgets, ...agents.flatMap(({ rules }) => rules.budgets)].filter(
    ({ max, each }) => max.currency === currency && each === 'agent',
  );
  const zones = new Set(budgets.flatMap(({ per }) => (per.kind === 'day' ? [per.timeZone] : [])));
  const isByDaysAlone = zones.size > 0 && budgets.every(({ per }) => per.kind === 'day') && !agents.some(isRated);
  return { ms: isByDaysAlone ? Infinity : DAY_MS, calendars: [...zones].map(calendar) };
}

/** Whether a rate and a collar may bound its money too. */
function isRated({ rules }: Agent): boolean {
  return rules.rates.length > 0;
}
