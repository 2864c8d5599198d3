import { canonicalJson, type Json } from '../../std/canonical-json.ts';
import { parseDuration } from '../../std/duration.ts';
import { parseMoney } from '../../std/money.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { SharedBudgetFile } from '../rules/budget.ts';
import { isSelective } from '../selector.ts';

type Of<Kind extends keyof AgentFile> =
  NonNullable<AgentFile[Kind]> extends readonly (infer Rule)[] ? Rule : NonNullable<AgentFile[Kind]>;
type Rate = Of<'rates'>;
type Collar = Of<'collar'>;

/**
 * Whether one rule surely stops whatever another one stops. Sound, not complete: what is not seen to be so is not so. Rules
 * that nobody has written a comparison for must be the same.
 */
export const AS_STRICT: {
  readonly [Kind in 'rates' | 'budgets' | 'collar' | 'approval' | 'fresh' | 'once']: (
    its: Of<Kind>,
    other: Of<Kind>,
  ) => boolean;
} = {
  rates: (its, other) =>
    covers(its, other) &&
    same(rest(its, 'max', 'onTrip'), rest(other, 'max', 'onTrip')) &&
    its.max <= other.max &&
    graver(its, other),
  budgets: (its, other) => asStrictBudget(its, other) && its.each === other.each,
  collar: (its, other) =>
    covers(its, other) &&
    atMost(its.max, other.max) &&
    (other.min === undefined ? refusesNothing(its) : its.min !== undefined && atMost(other.min, its.min)) &&
    subset(its.currencies, other.currencies) &&
    (other.items === undefined || (its.items !== undefined && its.items <= other.items)),
  approval: (its, other) =>
    covers(its, other) &&
    (its.above === undefined || (other.above !== undefined && atMost(its.above, other.above))) &&
    shorter(its.expires, other.expires),
  fresh: (its, other) =>
    covers(its, other) && subset([its.read].flat(), [other.read].flat()) && shorter(its.maxAge, other.maxAge),
  once: (its, other) =>
    its.route === other.route &&
    its.per === other.per &&
    (its.within === undefined || (other.within !== undefined && shorter(other.within, its.within))),
};

export function asStrictBudget(its: SharedBudgetFile, other: SharedBudgetFile): boolean {
  return (
    covers(its, other) &&
    same([its.per, its.timezone ?? null], [other.per, other.timezone ?? null]) &&
    atMost(its.max, other.max) &&
    graver(its, other)
  );
}

export function same(its: unknown, other: unknown): boolean {
  return canonicalJson((its ?? null) as Json) === canonicalJson((other ?? null) as Json);
}

type Selecting = Pick<Rate, 'route' | 'routes' | 'effect'>;

/** It concerns all that the other concerns: the same routes, or all there are. One pot for more is never more for each. */
function covers(its: Selecting, other: Selecting): boolean {
  const routes = ({ route, routes: several, effect }: Selecting): unknown =>
    [route, several, effect].map((x) => x ?? null);
  return !isSelective(its) || same(routes(its), routes(other));
}

function rest(rule: object, ...without: readonly string[]): object {
  const selecting = ['route', 'routes', 'effect'];
  return Object.fromEntries(Object.entries(rule).filter(([key]) => ![...selecting, ...without].includes(key)));
}

const GRAVITY = ['deny', 'freeze', 'kill'];

function graver(its: { readonly onTrip: string }, other: { readonly onTrip: string }): boolean {
  return GRAVITY.indexOf(its.onTrip) >= GRAVITY.indexOf(other.onTrip);
}

function atMost(its: Collar['max'], other: Collar['max']): boolean {
  if (other === undefined) return true;
  const [own, bound] = [its === undefined ? undefined : parseMoney(its), parseMoney(other)];
  return own !== undefined && bound !== undefined && own.currency === bound.currency && own.micros <= bound.micros;
}

/** Without a smallest amount, what is not above zero is refused; one that is zero or below lets it through. */
export function refusesNothing({ min }: Pick<Collar, 'min'>): boolean {
  return min === undefined || (parseMoney(min)?.micros ?? 0n) > 0n;
}

function shorter(its: string, other: string): boolean {
  return (parseDuration(its) ?? Infinity) <= (parseDuration(other) ?? 0);
}

function subset(its: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return other === undefined || (its !== undefined && its.every((one) => other.includes(one)));
}
