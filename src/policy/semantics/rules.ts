import { calendarFault } from './zone.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import { checkKinds } from '../rules/index.ts';
import type { Selector } from '../rules/selector.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { checkReference } from './agents.ts';
import { allowedRoutes, concerned, sharedBudgets, type Placed } from './view.ts';

/** A rule must concern something, and must be one that can be enforced on what it concerns. */
export function checkRules(policy: PolicyFile, report: Report): void {
  for (const [id, agent] of Object.entries(policy.agents)) {
    const allowed = allowedRoutes(policy, agent);
    checkKinds(id, agent, policy, (one) => checkSelector(policy, allowed, one, `\`${id}\``, report), report);
  }
  const everyRoute = new Map(Object.entries(policy.routes));
  for (const { rule, path } of sharedBudgets(policy)) {
    checkSelector(policy, everyRoute, { rule, path }, 'an agent', report);
    calendarFault(rule, path, report);
  }
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
