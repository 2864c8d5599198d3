import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { RouteFile } from '../schema/route.ts';
import { allowances, rulesOf } from './view.ts';
import { selects } from '../selector.ts';

/** Texts in an expression, which are no names. */
const TEXTS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
/** `body` as a variable: not a member of something else, `response.body`. */
const READS_BODY = /(?<![\w.])body\b/;

/** Every `body:` that a route has: what no rule could read, no rule reads. */
export function checkBodies(policy: PolicyFile, report: Report): void {
  for (const [id, route] of Object.entries(policy.routes)) {
    const { body } = route;
    if (body === undefined) continue;
    const path: Path = ['routes', id, 'body'];
    if (route.match.startsWith('GET ') || route.match.startsWith('HEAD ')) {
      report.error(path, { message: 'a GET or HEAD has no body', on: 'key' });
    }
    if (body.json === undefined && body.opaque === undefined && !body.lists) {
      report.error(path, {
        message: 'it takes nothing beside what every route takes',
        accepted: 'json, lists or opaque',
      });
    }
    if (body.lists && route.items === undefined) {
      report.warn(
        [...path, 'lists'],
        'a list is judged as one call, however long it is; `items: body` and a collar bound it',
      );
    }
    if (body.opaque !== undefined) checkUnread(policy, id, route, report);
  }
}

function checkUnread(policy: PolicyFile, id: string, route: RouteFile, report: Report): void {
  const check = (path: Path, text: string | undefined): void => {
    if (text === undefined || !READS_BODY.test(text.replaceAll(TEXTS, '""'))) return;
    const message = `\`${text}\` reads the body, but the route \`${id}\` takes opaque ones, which nobody reads`;
    report.error(path, { message, accepted: 'a path parameter, query.x or header.x, or a route of its own' });
  };
  const { amount, precondition } = route;
  const of = (...keys: string[]): Path => ['routes', id, ...keys];
  check(of('subject'), route.subject);
  check(of('items'), route.items);
  for (const key of ['minor', 'major', 'currency'] as const) check(of('amount', key), amount?.[key]);
  check(of('precondition', 'read'), precondition?.read);
  check(of('precondition', 'require'), precondition?.require);
  for (const [name, agent] of Object.entries(policy.agents)) {
    for (const { route: allowed, when, path } of allowances(name, agent)) {
      if (allowed === id) check([...path, 'when'], when);
    }
    const { provenance, segment } = rulesOf(name, agent);
    for (const { rule, path } of provenance) if (selects(rule, id, route.effect)) check([...path, 'field'], rule.field);
    for (const { rule, path } of segment) if (selects(rule, id, route.effect)) check([...path, 'by'], rule.by);
  }
}
