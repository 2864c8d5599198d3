import { formatMoney, parseMoney } from '../../std/money.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { RouteFile } from '../schema/route.ts';
import { selects } from '../selector.ts';
import { allowedRoutes, codes, concerned, rulesOf } from './view.ts';

/** An agent's limits on money, each by itself: above zero, in one currency, on routes that move any. */
export function checkBounds(policy: PolicyFile, id: string, agent: AgentFile, report: Report): void {
  const allowed = allowedRoutes(policy, agent);
  const { collar, budgets } = rulesOf(id, agent);
  for (const { rule, path } of budgets) {
    positive(rule.max, [...path, 'max'], report);
    movesMoney(concerned(rule, allowed), path, 'budget', report);
  }
  for (const { rule, path } of collar) {
    checkCollar(rule, path, report);
    if (rule.min ?? rule.max ?? rule.currencies) movesMoney(concerned(rule, allowed), path, 'collar', report);
  }
}

function checkCollar(rule: AgentFile['collar'][number], path: Path, report: Report): void {
  const { currencies, items } = rule;
  const [min, max] = [rule.min, rule.max].map((text) => (text === undefined ? undefined : parseMoney(text)));
  if ((min ?? max ?? currencies ?? items) === undefined) {
    return report.error(path, { message: 'a collar without a bound', accepted: 'min, max, currencies or items' });
  }
  if (rule.max !== undefined) positive(rule.max, [...path, 'max'], report);
  if (min !== undefined && min.micros < 0n) {
    report.error([...path, 'min'], 'an amount below zero would move money the other way');
  }
  if (min !== undefined && max !== undefined) {
    if (min.currency !== max.currency) report.error([...path, 'max'], '`min` and `max` have different currencies');
    else if (min.micros > max.micros) report.error([...path, 'max'], '`max` is below `min`: nothing passes');
  }
  for (const bound of [min, max]) {
    if (bound === undefined || currencies === undefined || codes(currencies).has(bound.currency)) continue;
    const message = `${formatMoney(bound)} is in none of the allowed currencies: nothing passes`;
    report.error([...path, 'currencies'], message);
  }
}

/** An amount that lets something through. */
export function positive(text: string, path: Path, report: Report): void {
  const money = parseMoney(text);
  if (money === undefined || money.micros > 0n) return;
  report.error(path, `\`${text}\` lets nothing through; an amount is above zero`);
}

/** A limit on money concerns at least one route that moves any. */
export function movesMoney(
  routes: readonly (readonly [string, RouteFile])[],
  path: Path,
  what: string,
  report: Report,
): void {
  if (routes.length > 0 && routes.every(([, { amount }]) => amount === undefined)) {
    report.error(path, `this ${what} concerns no route that moves money`);
  }
}

/** Money that no budget of the agent's own, or of all agents, bounds: one per task or session bounds no agent. */
export function warnUnbounded(policy: PolicyFile, id: string, agent: AgentFile, report: Report): void {
  const allowed = [...allowedRoutes(policy, agent)].filter(([, { amount }]) => amount !== undefined);
  const budgets = [...agent.budgets.filter(({ each }) => each === 'agent'), ...policy.budgets];
  const open = allowed.filter(([name, { effect }]) => !budgets.some((rule) => selects(rule, name, effect)));
  for (const [name] of open) {
    report.warn(['agents', id], { message: `no budget bounds what \`${id}\` moves on \`${name}\``, on: 'key' });
  }
}
