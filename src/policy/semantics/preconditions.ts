import { parseCondition } from '../cel/condition.ts';
import { parseRead, READ_FORM, requirementOf, routeOfRead, type ReadTemplate } from '../precondition.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import { parameters, parseTemplate } from '../template.ts';
import { allowedRoutes } from './view.ts';

/** Every `precondition`: a read that is catalogued and allowed, and a condition that its answer can meet. */
export function checkPreconditions(policy: PolicyFile, report: Report): void {
  for (const [id, route] of Object.entries(policy.routes)) {
    if (route.precondition === undefined) continue;
    const path: Path = ['routes', id, 'precondition'];
    if (route.effect === 'read') {
      report.error(path, { message: `\`${id}\` is a read: nothing has to hold before it`, on: 'key' });
    }
    checkRead(policy, id, route, [...path, 'read'], report);
    checkRequirement(route, [...path, 'require'], report);
  }
}

function checkRead(policy: PolicyFile, id: string, route: RouteFile, path: Path, report: Report): void {
  const text = route.precondition?.read ?? '';
  const read = parseRead(text);
  if (!read.ok) return report.error(path, { message: read.failure, accepted: READ_FORM });
  checkParameters(read.value, route, path, report);
  const found = routeOfRead(read.value, route.upstream, policy.routes);
  if (found === undefined) {
    const suggestion = nearest(
      text,
      Object.values(policy.routes).map(({ match }) => match),
    );
    return report.error(path, { message: `no route of \`${route.upstream}\` is \`${text}\``, suggestion });
  }
  const [name, its] = found;
  if (its.effect !== 'read') {
    return report.error(
      path,
      `\`${text}\` is the route \`${name}\`, which is no read: its effect is \`${its.effect}\``,
    );
  }
  for (const [agent, file] of Object.entries(policy.agents)) {
    const allowed = allowedRoutes(policy, file);
    if (!allowed.has(id) || allowed.has(name)) continue;
    report.error(path, `\`${agent}\` may call \`${id}\` and not \`${name}\`, by which the door reads before it`);
  }
}

function checkParameters({ segments, query }: ReadTemplate, { match }: RouteFile, path: Path, report: Report): void {
  const template = parseTemplate(match);
  if (!template.ok) return;
  const known = parameters(template.value);
  for (const part of [...segments, ...query.map(([, value]) => value)]) {
    if (typeof part === 'string' || part.kind !== 'param' || known.includes(part.name)) continue;
    const suggestion = nearest(part.name, known) ?? `body.${part.name}`;
    report.error(path, { message: `the write's path has no parameter \`{${part.name}}\``, suggestion });
  }
}

function checkRequirement(route: RouteFile, path: Path, report: Report): void {
  const source = route.precondition?.require ?? '';
  for (const { severity, ...flaw } of parseCondition(source, requirementOf(route)).flaws) {
    if (severity === 'error') report.error(path, flaw);
    else report.warn(path, flaw);
  }
  if (/\bresponse\b/.test(source)) return;
  report.error(path, {
    message: 'the condition asks nothing of the answer',
    accepted: 'response.body.x or response.status',
  });
}
