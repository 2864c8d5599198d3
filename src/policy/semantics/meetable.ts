import { formatMoney, parseMoney, type Currency, type Money } from '../../std/money.ts';
import { literalCurrency } from '../amount.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { RouteFile } from '../schema/route.ts';
import { allowedRoutes, codes, concerned, rulesOf, sharedBudgets } from './view.ts';

/** What one amount of a route has to meet: its currency, and the largest of the smallest allowed amounts. */
interface Demand {
  readonly path: Path;
  readonly what: string;
  readonly currencies: ReadonlySet<Currency>;
  readonly min?: Money | undefined;
  readonly max?: Money | undefined;
}

/** For every money route that the agent may call: whether any amount at all passes all of its rules. */
export function checkMeetable(policy: PolicyFile, id: string, agent: AgentFile, report: Report): void {
  const { collar, budgets } = rulesOf(id, agent);
  for (const [name, route] of allowedRoutes(policy, agent)) {
    if (route.amount === undefined) continue;
    const own = new Map([[name, route]]);
    const demands: Demand[] = [];
    const stated = routeDemand(name, route);
    if (stated !== undefined) demands.push(stated);
    for (const { rule, path } of collar) {
      if (concerned(rule, own).length > 0) demands.push(...collarDemand(rule, path));
    }
    for (const { rule, path } of [...budgets, ...sharedBudgets(policy)]) {
      const max = parseMoney(rule.max);
      if (max === undefined || concerned(rule, own).length === 0) continue;
      demands.push({
        path: [...path, 'max'],
        what: `the budget of ${formatMoney(max)}`,
        currencies: new Set([max.currency]),
        max,
      });
    }
    reportConflict(name, demands, report);
  }
}

function routeDemand(name: string, { amount }: RouteFile): Demand | undefined {
  const path: Path = ['routes', name, 'amount'];
  const fixed = amount?.fixed === undefined ? undefined : parseMoney(amount.fixed);
  if (fixed !== undefined) {
    const what = `the fixed amount of ${formatMoney(fixed)}`;
    return { path, what, currencies: new Set([fixed.currency]), min: fixed, max: fixed };
  }
  const literal = literalCurrency(amount?.x402?.currency ?? amount?.currency ?? '');
  return literal === undefined
    ? undefined
    : { path, what: `the route's currency ${literal}`, currencies: new Set([literal]) };
}

function collarDemand(rule: AgentFile['collar'][number], path: Path): Demand[] {
  const demands: Demand[] = [];
  for (const key of ['min', 'max'] as const) {
    const text = rule[key];
    const bound = text === undefined ? undefined : parseMoney(text);
    if (bound === undefined) continue;
    const what = `the collar's ${key} ${formatMoney(bound)}`;
    demands.push({ path: [...path, key], what, currencies: new Set([bound.currency]), [key]: bound });
  }
  if (rule.currencies === undefined) return demands;
  const what = "the collar's currencies";
  return [...demands, { path: [...path, 'currencies'], what, currencies: codes(rule.currencies) }];
}

function reportConflict(name: string, demands: readonly Demand[], report: Report): void {
  for (const [index, demand] of demands.entries()) {
    for (const earlier of demands.slice(0, index)) {
      // What contradicts itself within one rule was said there.
      if (sameRule(earlier.path, demand.path)) continue;
      if (![...demand.currencies].some((code) => earlier.currencies.has(code))) {
        return report.error(
          demand.path,
          `every call of \`${name}\` is refused: ${earlier.what} and ${demand.what} share no currency`,
        );
      }
      const [least, most] = [largest(earlier.min, demand.min), smallest(earlier.max, demand.max)];
      if (least !== undefined && most !== undefined && least.micros > most.micros) {
        return report.error(
          demand.path,
          `every call of \`${name}\` is refused: ${earlier.what} and ${demand.what} leave no amount`,
        );
      }
    }
  }
}

function sameRule(a: Path, b: Path): boolean {
  return a.slice(0, -1).join('/') === b.slice(0, -1).join('/');
}

const largest = (a: Money | undefined, b: Money | undefined): Money | undefined =>
  a && b ? (a.micros > b.micros ? a : b) : (a ?? b);
const smallest = (a: Money | undefined, b: Money | undefined): Money | undefined =>
  a && b ? (a.micros < b.micros ? a : b) : (a ?? b);
