import { calendarFault } from './zone.ts';
import type { PolicyFile } from '../schema.ts';
import type { AgentFile } from '../schema/agent.ts';
import type { RouteFile } from '../schema/route.ts';
import type { Selector } from '../schema/rules.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { checkReference } from './agents.ts';
import { allowedRoutes, concerned, rulesOf, sharedBudgets, type Placed } from './view.ts';

/** A rule must concern something, and must be one that can be enforced on what it concerns. */
export function checkRules(policy: PolicyFile, report: Report): void {
  for (const [id, agent] of Object.entries(policy.agents)) checkAgentRules(policy, id, agent, report);
  const everyRoute = new Map(Object.entries(policy.routes));
  for (const { rule, path } of sharedBudgets(policy)) {
    checkSelector(policy, everyRoute, { rule, path }, 'an agent', report);
    calendarFault(rule, path, report);
  }
}

function checkAgentRules(policy: PolicyFile, id: string, agent: AgentFile, report: Report): void {
  const allowed = allowedRoutes(policy, agent);
  const rules = rulesOf(id, agent);
  for (const kind of [rules.collar, rules.rates, rules.budgets, rules.once, rules.inflight, rules.triggers]) {
    for (const one of kind as readonly Placed[]) checkSelector(policy, allowed, one, `\`${id}\``, report);
  }
  for (const { rule, path } of rules.budgets) calendarFault(rule, path, report);
  for (const { rule, path } of rules.once) needSubjects(concerned(rule, allowed), [...path, 'route'], '`once`', report);
  for (const { rule, path } of rules.triggers) {
    if (rule.same !== 'subject') continue;
    needSubjects(concerned(rule, allowed), [...path, 'same'], '`same: subject`', report);
  }
  for (const { rule, path } of rules.collar) checkItems(concerned(rule, allowed), rule.items, path, report);
}

function checkSelector(
  policy: PolicyFile,
  allowed: ReadonlyMap<string, RouteFile>,
  { rule, path }: Placed,
  who: string,
  report: Report,
): void {
  const keys = (['route', 'routes', 'effect'] as const).filter((key) => rule[key] !== undefined);
  if (keys.length > 1) {
    return report.error([...path, keys[1]!], {
      message: `\`${keys.join('` and `')}\` say which routes in two ways`,
      on: 'key',
    });
  }
  for (const [name, at] of named(rule, path)) {
    if (checkReference(policy, name, at, report) && !allowed.has(name)) {
      report.error(at, `${who} may not call \`${name}\`, so the rule concerns nothing`);
    }
  }
  if (rule.effect !== undefined && concerned(rule, allowed).length === 0) {
    report.error(
      [...path, 'effect'],
      `${who} may call no route with the effect \`${rule.effect}\`, so the rule concerns nothing`,
    );
  }
  const repeated = rule.routes?.findIndex((name, index, all) => all.indexOf(name) !== index) ?? -1;
  if (repeated >= 0) report.error([...path, 'routes', repeated], `\`${rule.routes![repeated]}\` is named twice`);
}

function named(rule: Selector, path: Path): readonly (readonly [string, Path])[] {
  const one = rule.route === undefined ? [] : [[rule.route, [...path, 'route']] as const];
  return [...one, ...(rule.routes ?? []).map((name, index) => [name, [...path, 'routes', index]] as const)];
}

function needSubjects(routes: readonly [string, RouteFile][], path: Path, what: string, report: Report): void {
  for (const [id, { subject }] of routes) {
    if (subject === undefined) report.error(path, `${what} needs a subject, and the route \`${id}\` names none`);
  }
}

function checkItems(routes: readonly [string, RouteFile][], max: number | undefined, path: Path, report: Report): void {
  if (max === undefined) return;
  if (!routes.some(([, { items }]) => items !== undefined)) {
    report.error([...path, 'items'], { message: 'no route of this collar says where its `items` are', on: 'key' });
  }
}
