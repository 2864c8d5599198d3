import { fromMajor, fromMinor, isCurrency, type Currency, type Money } from '../../../std/money.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import type { Ground, Operation } from '../ground.ts';
import { literalsAt } from './literals.ts';
import { conditionsOn, writtenRoute } from './written.ts';

/** Where nothing names a currency. */
const CURRENCY_DEFAULT = 'USD';

/** Every currency that the policy names, those of its routes first. */
export function currenciesOf(loaded: LoadedPolicy, limits: readonly Money[]): readonly Currency[] {
  const ofRoutes = [...loaded.policy.routes.keys()].flatMap((id) => [
    loaded.prices.get(id)?.currency ?? [],
    writtenRoute(loaded, id).amount?.default?.toUpperCase() ?? [],
  ]);
  const collared = [...loaded.policy.agents.values()].flatMap(({ rules }) =>
    rules.collar.flatMap(({ currencies = new Set<Currency>() }) => [...currencies]),
  );
  const all = new Set([...ofRoutes.flat(), ...limits.map(({ currency }) => currency), ...collared].filter(isCurrency));
  return all.size === 0 ? [CURRENCY_DEFAULT] : [...all];
}

/** What limits lie at: the rules' amounts, and what conditions compare an amount with. */
export function amountsOf(
  loaded: LoadedPolicy,
  operations: readonly Operation[],
  limits: readonly Money[],
): Ground['amounts'] {
  const all = new Map<Currency, Set<bigint>>();
  const add = ({ micros, currency }: Money): void => {
    all.set(currency, (all.get(currency) ?? new Set()).add(micros));
  };
  for (const money of limits) add(money);
  for (const { route, price } of operations) {
    if (route === null || price?.field === undefined) continue;
    for (const literal of conditionsOn(loaded, route.id).flatMap((text) => literalsAt(text, price.field ?? ''))) {
      if (typeof literal !== 'number') continue;
      for (const currency of price.currency === undefined ? currenciesOf(loaded, limits) : [price.currency]) {
        const money = price.unit === 'minor' ? fromMinor(literal, currency) : fromMajor(String(literal), currency);
        if (money !== undefined) add(money);
      }
    }
  }
  return Object.fromEntries(
    [...all].map(([currency, amounts]) => [currency, [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))]),
  );
}
