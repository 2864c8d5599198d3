import type { Currency } from '../../std/money.ts';
import type { BudgetRule } from '../../engine/guards/budget.ts';
import type { Route } from '../../engine/policy.ts';
import { concerns } from '../../engine/policy.ts';
import type { LoadedPolicy } from '../policy.ts';
import { coverBound, type Limit } from './cover.ts';
import type { Power } from './power.ts';

const DAY_MS = 86_400_000;
/** From a decision to its sending: journal, queue for a connection. Generous; only rates without a budget feel it. */
const SENDING_MS = 60_000;

/** At most this leaves in a day; `undefined` micros: no rule bounds it. */
export interface MoneyBound {
  /** `null`: no rule says in which currency. */
  readonly currency: Currency | null;
  readonly micros: bigint | undefined;
}

/**
 * The most money that some powers together can move in a day.
 *
 * A day is the budget's own calendar day under `per: day`, and any 24 hours elsewhere. Why each limit is one
 * (d: decided, f: took effect, e: its end was seen; d ≤ f ≤ e, and an end that nobody saw counts as spent at e):
 *
 * - Budget per day. Take all calls with f in day D, and the last decision d* among them. If d* lies in D, each of them
 *   is at d* either still held or was settled at an e ≥ f in D: counted either way. If d* lies before D, all of them are
 *   still held. So the pot held their whole sum when d* was admitted, and let no more than `max`. Money held over
 *   midnight counts in the day it took effect in, as the pot counts it.
 * - Rolling budget of W. By the same argument no window (t − W, t] has more than `max`; 24 hours are covered by
 *   ⌈24 h / W⌉ such windows.
 * - Rate of N per W, where each call is collared to C. Effects of 24 hours were decided in 24 hours and the longest time
 *   a call is under way before them: N × ⌈(24 h + under way) / W⌉ calls, each at most C.
 *
 * Not bounded by anything: an upstream that acts after its answer was given up (f > e), and one that answers 4xx and acts.
 * Budgets per task or session bound no agent, for tasks are many; they only say in which currency.
 */
export function moneyPerDay(loaded: LoadedPolicy, powers: readonly Power[]): readonly MoneyBound[] {
  const moving = powers.filter(({ price }) => price !== undefined);
  const possible = new Map(moving.map((power) => [power, currenciesOf(loaded, power)]));
  const currencies = new Set([...possible.values()].flatMap((known) => [...(known ?? [])]));
  const bounds: MoneyBound[] = [...currencies].sort().map((currency) => {
    // What may come in any currency may come in this one too.
    const within = new Set(moving.filter((power) => possible.get(power)?.has(currency) !== false));
    return { currency, micros: coverBound(within, limits(loaded, within, currency)) };
  });
  return [...possible.values()].includes(undefined) ? [...bounds, { currency: null, micros: undefined }] : bounds;
}

/** The currencies that some amount of this power could have; `undefined`: any at all. */
function currenciesOf({ policy }: LoadedPolicy, { agent, route, price }: Power): ReadonlySet<Currency> | undefined {
  const { collar, budgets } = agent.rules;
  const demands: ReadonlySet<Currency>[] = [];
  if (price?.currency !== undefined) demands.push(new Set([price.currency]));
  for (const rule of collar) {
    if (!concerns(rule.routes, route.id)) continue;
    if (rule.currencies !== undefined) demands.push(rule.currencies);
    for (const bound of [rule.min, rule.max]) if (bound !== undefined) demands.push(new Set([bound.currency]));
  }
  for (const rule of [...budgets, ...policy.shared.budgets]) {
    if (concerns(rule.routes, route.id)) demands.push(new Set([rule.max.currency]));
  }
  return demands.length === 0
    ? undefined
    : demands.reduce((all, one) => new Set([...all].filter((code) => one.has(code))));
}

function limits(loaded: LoadedPolicy, within: ReadonlySet<Power>, currency: Currency): Limit<Power>[] {
  const agents = new Set([...within].map(({ agent }) => agent));
  const among = (holds: (power: Power) => boolean): ReadonlySet<Power> => new Set([...within].filter(holds));
  const found: Limit<Power>[] = [];
  for (const rule of loaded.policy.shared.budgets) {
    const over = among(({ route }) => concerns(rule.routes, route.id));
    found.push(...budgetLimit(rule, currency, over));
  }
  for (const agent of agents) {
    for (const rule of agent.rules.budgets) {
      const over = among((power) => power.agent === agent && concerns(rule.routes, power.route.id));
      found.push(...budgetLimit(rule, currency, over));
    }
    for (const rule of agent.rules.rates) {
      const over = among((power) => power.agent === agent && concerns(rule.routes, power.route.id));
      found.push(...rateLimit(loaded, rule, currency, over));
    }
  }
  return found;
}

function budgetLimit({ max, per, each }: BudgetRule, currency: Currency, over: ReadonlySet<Power>): Limit<Power>[] {
  if (each !== 'agent' || max.currency !== currency) return [];
  const windows = per.kind === 'day' ? 1 : Math.ceil(DAY_MS / per.ms);
  return [{ over, max: max.micros * BigInt(windows) }];
}

function rateLimit(
  loaded: LoadedPolicy,
  { max, perMs }: { readonly max: number; readonly perMs: number },
  currency: Currency,
  over: ReadonlySet<Power>,
): Limit<Power>[] {
  const caps = new Map([...over].map((power) => [power, largestCall(power, currency)]));
  const capped = [...caps].flatMap(([power, cap]) => (cap === undefined ? [] : [{ power, cap }]));
  if (capped.length === 0) return [];
  const most = capped.reduce((largest, { cap }) => (cap > largest ? cap : largest), 0n);
  const underWayMs = Math.max(...capped.map(({ power }) => underWay(loaded, power.route)));
  const calls = BigInt(max) * BigInt(Math.ceil((DAY_MS + underWayMs) / perMs));
  return [{ over: new Set(capped.map(({ power }) => power)), max: calls * most }];
}

/** The largest amount of one call; `undefined` where nothing bounds it. */
function largestCall({ agent, route, price }: Power, currency: Currency): bigint | undefined {
  const bounds = agent.rules.collar.flatMap(({ routes, max }) =>
    max !== undefined && max.currency === currency && concerns(routes, route.id) ? [max.micros] : [],
  );
  if (price?.fixed !== undefined) bounds.push(price.fixed.micros);
  return bounds.length === 0 ? undefined : bounds.reduce((least, one) => (one < least ? one : least));
}

function underWay({ upstreams }: LoadedPolicy, route: Route): number {
  return (upstreams.get(route.upstream)?.limits.headTimeoutMs ?? 0) + SENDING_MS;
}
