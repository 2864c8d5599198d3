import type { LoadedPolicy } from '../../../policy/index.ts';
import type { Money } from '../../../std/money.ts';

const DAY_MS = 86_400_000;

/** The numbers of a policy that something changes at. */
export interface Limits {
  readonly money: readonly Money[];
  readonly spansMs: readonly number[];
  /** Where a day begins for some rule. */
  readonly timeZones: readonly string[];
}

/**
 * Every amount, duration and time zone that a rule holds, found by its shape and not by the rule: a guard that is added later
 * has its edges tried too. Units stand last in names here (`perMs`), which is what this rests on.
 */
export function limitsOf({ policy, upstreams, never }: LoadedPolicy): Limits {
  const found = { money: [] as Money[], spansMs: new Set<number>(), timeZones: new Set<string>() };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Set || value instanceof Map) return;
    if (isMoney(value)) return void found.money.push(value);
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'number' && /(?:Ms|^ms)$/.test(key) && member > 0) found.spansMs.add(member);
      else if (typeof member === 'string' && key === 'timeZone') found.timeZones.add(member);
      else walk(member);
    }
  };
  for (const { rules } of policy.agents.values()) walk(rules);
  walk(policy.shared);
  walk(never);
  // How long a call can be under way before the door takes it for lost.
  for (const { limits } of upstreams.values()) walk(limits);
  if (found.timeZones.size > 0) found.spansMs.add(DAY_MS);
  return {
    money: found.money,
    spansMs: [...found.spansMs].sort((a, b) => a - b),
    timeZones: [...found.timeZones].sort(),
  };
}

function isMoney(value: object): value is Money {
  return 'micros' in value && typeof value.micros === 'bigint' && 'currency' in value;
}
