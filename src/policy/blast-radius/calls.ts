import type { Effect } from '../../engine/call.ts';
import { concerns } from '../../engine/policy.ts';
import { coverBound, type Limit } from './cover.ts';
import type { Power } from './power.ts';

const HOUR_MS = 3_600_000;

/** At most this many calls are admitted in any hour; `undefined`: no rate bounds them. */
export interface CallBound {
  readonly effect: Effect;
  readonly calls: bigint | undefined;
}

/** A rate of N per W admits at most N in any (t − W, t], and an hour is covered by ⌈1 h / W⌉ of those. */
export function callsPerHour(powers: readonly Power[]): readonly CallBound[] {
  return (['read', 'write', 'money', 'destructive'] as const).flatMap((effect) => {
    const within = new Set(powers.filter(({ route }) => route.effect === effect));
    return within.size === 0 ? [] : [{ effect, calls: coverBound(within, limits(within)) }];
  });
}

function limits(within: ReadonlySet<Power>): Limit<Power>[] {
  const agents = new Set([...within].map(({ agent }) => agent));
  return [...agents].flatMap((agent) =>
    agent.rules.rates.map(({ routes, max, perMs }) => ({
      over: new Set([...within].filter((power) => power.agent === agent && concerns(routes, power.route.id))),
      max: BigInt(max) * BigInt(Math.ceil(HOUR_MS / perMs)),
    })),
  );
}
