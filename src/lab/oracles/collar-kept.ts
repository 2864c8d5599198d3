import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import type { CollarRule } from '../../engine/guards/collar.ts';
import type { RouteId, RuleId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { arrivalBy, shownCall } from './arrival.ts';
import type { Doer, Oracle } from './oracle.ts';

/**
 * An oracle for every collar: what arrives is within it, as read off the request. On a route that moves money and has no
 * collar of its own, one call moves more than nothing.
 */
export function collarOracles({ policy }: LoadedPolicy): readonly Oracle[] {
  return [...policy.agents.values()].flatMap(({ id, rules, allow }) => {
    const isBare = (route: RouteId): boolean =>
      policy.routes.get(route)?.amount !== undefined && !rules.collar.some(({ routes }) => concerns(routes, route));
    const bare = new Set(allow.map(({ route }) => route).filter(isBare));
    const common: CollarRule = { rule: `${id}.collar` as RuleId, routes: bare };
    return [...rules.collar, ...(bare.size > 0 ? [common] : [])].map((rule): Oracle => {
      const { rule: name, routes } = rule;
      return {
        name,
        text: `a call outside the collar ${name}`,
        promise: true,
        watch: () => ({
          see(deed) {
            const by = arrivalBy(deed);
            if (by === undefined || by.agent !== id || !concerns(routes, by.route)) return undefined;
            const why = outside(rule, by);
            if (why === undefined) return undefined;
            const text = `${shownCall(by)} reached ${deed.upstream} with ${why}, and ${name} says otherwise`;
            return { oracle: name, text, deeds: [deed], promise: true };
          },
        }),
      };
    });
  });
}

/** What of a call is outside a collar; `undefined`: nothing. A collar without a lower bound still wants more than nothing. */
function outside({ min, max, currencies, itemsMax }: CollarRule, { amount, items }: Doer): string | undefined {
  if (itemsMax !== undefined && items != null && items > itemsMax) return `${items} items`;
  if (amount === null) return undefined;
  if (!isReadable(amount)) return 'an amount that cannot be read';
  const isAmong = currencies?.has(amount.currency) !== false;
  const isComparable = [min, max].every((bound) => bound === undefined || bound.currency === amount.currency);
  const isAbove = min === undefined ? amount.micros > 0n : amount.micros >= min.micros;
  const isBelow = max === undefined || amount.micros <= max.micros;
  return isAmong && isComparable && isAbove && isBelow ? undefined : formatMoney(amount);
}
