import type { Stage } from '../engine/call.ts';
import type { AgentId, RouteId } from '../engine/ids.ts';
import type { Route } from '../engine/policy.ts';
import { callsPerHour, type CallBound } from './blast-radius/calls.ts';
import { moneyPerDay, type MoneyBound } from './blast-radius/money.ts';
import { powersOf, type Power } from './blast-radius/power.ts';
import type { LoadedPolicy } from './policy.ts';

/**
 * What may happen at most. INVARIANT: an upper bound; what any caller at all can reach under the policy is never more.
 * The stage is left out of the account: an agent in shadow is shown with what it could do once it is let out.
 */
export interface Radius {
  /** Per currency; see {@link moneyPerDay} for what a day is. */
  readonly moneyPerDay: readonly MoneyBound[];
  /** Per effect; effects that nothing has are left out. */
  readonly callsPerHour: readonly CallBound[];
  /** Routes whose answers hold personal data. */
  readonly pii: readonly RouteId[];
  readonly destructive: readonly RouteId[];
  /** Every route that is no read. */
  readonly writes: readonly RouteId[];
}

export interface BlastRadius {
  readonly agents: readonly (Radius & { readonly agent: AgentId; readonly stage: Stage })[];
  /** All agents together: shared budgets count once. */
  readonly total: Radius;
}

export function blastRadius(loaded: LoadedPolicy): BlastRadius {
  const agents = [...loaded.policy.agents.values()].map((agent) => ({ agent, powers: powersOf(loaded, agent) }));
  return {
    agents: agents.map(({ agent, powers }) => ({ agent: agent.id, stage: agent.stage, ...radius(loaded, powers) })),
    total: radius(
      loaded,
      agents.flatMap(({ powers }) => powers),
    ),
  };
}

function radius(loaded: LoadedPolicy, powers: readonly Power[]): Radius {
  const routes = (holds: (route: Route) => boolean): RouteId[] => [
    ...new Set(
      powers
        .map(({ route }) => route)
        .filter(holds)
        .map(({ id }) => id),
    ),
  ];
  return {
    moneyPerDay: moneyPerDay(loaded, powers),
    callsPerHour: callsPerHour(powers),
    pii: routes(({ pii }) => pii),
    destructive: routes(({ effect }) => effect === 'destructive'),
    writes: routes(({ effect }) => effect !== 'read'),
  };
}
