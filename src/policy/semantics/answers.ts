import { declaredSource, fieldsOf } from '../answers/declared.ts';
import { resourcesOf } from '../answers/resources.ts';
import { parseRead, READ_FORM, routeOfRead, type ReadTemplate } from '../precondition.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import type { MembersFile } from '../schema/answer.ts';
import { FIELD_FORM, type RouteFile } from '../schema/route.ts';
import { parameters, parseTemplate } from '../template.ts';

/** How captured writes are answered and what they change: `answer`, `affects`, and `list` and `gone` of what is read. */
export function checkAnswers(policy: PolicyFile, report: Report): void {
  const resources = resourcesOf(policy.routes);
  for (const [id, route] of Object.entries(policy.routes)) {
    const path: Path = ['routes', id];
    const isRead = route.effect === 'read';
    for (const key of ['answer', 'affects'] as const) {
      if (isRead && route[key] !== undefined) {
        report.error([...path, key], {
          message: `\`${id}\` is a read: it is answered by its upstream, and changes nothing`,
          on: 'key',
        });
      }
    }
    const role = resources.get(id)?.role;
    if (route.list !== undefined && role !== 'list') {
      report.error([...path, 'list'], {
        message: `\`${id}\` reads no list`,
        accepted: '`list` on a GET of a path without a parameter at its end',
        on: 'key',
      });
    }
    if (route.gone !== undefined && role !== 'item') {
      report.error([...path, 'gone'], {
        message: `\`${id}\` reads no item that could be deleted`,
        accepted: '`gone` on a GET of an item',
        on: 'key',
      });
    }
    checkAnswer(policy, route, [...path, 'answer'], report);
    for (const [index, affect] of (route.affects ?? []).entries()) {
      const at = [...path, 'affects', index];
      checkItem(policy, route, affect.item, [...at, 'item'], report);
      checkMembers(affect.set, route, [...at, 'set'], report, true);
      if ((affect.set === undefined) === (affect.delete === undefined)) {
        report.error(at, {
          message: 'it says nothing that becomes of the item, or two things',
          accepted: 'either `set` or `delete: true`',
        });
      }
    }
    checkMembers(route.gone?.body, route, [...path, 'gone', 'body'], report, false);
  }
}

function checkAnswer(policy: PolicyFile, route: RouteFile, path: Path, report: Report): void {
  const { answer } = route;
  if (answer === undefined) return;
  checkMembers(answer.body, route, [...path, 'body'], report, answer.item !== undefined);
  if ((answer.status === 204 || answer.status === 205) && answer.body !== undefined) {
    report.error([...path, 'body'], { message: `an answer of status ${answer.status} has no body`, on: 'key' });
  }
  if (answer.item === undefined) return;
  const read = policy.routes[answer.item];
  if (read === undefined) {
    const suggestion = nearest(answer.item, Object.keys(policy.routes));
    return report.error([...path, 'item'], { message: `unknown route \`${answer.item}\``, suggestion });
  }
  const shown = `\`${answer.item}\``;
  if (read.upstream !== route.upstream) return report.error([...path, 'item'], `${shown} belongs to another upstream`);
  const template = parseTemplate(read.match);
  const own = parseTemplate(route.match);
  if (!template.ok || !own.ok) return;
  if (
    read.effect !== 'read' ||
    template.value.method !== 'GET' ||
    template.value.segments.at(-1)?.kind !== 'parameter'
  ) {
    return report.error([...path, 'item'], {
      message: `${shown} reads no item`,
      accepted: 'a route that is a GET with a parameter at its end',
    });
  }
  const known = parameters(own.value);
  const missing = parameters(template.value)
    .slice(0, -1)
    .find((name) => !known.includes(name));
  if (missing !== undefined)
    report.error([...path, 'item'], `${shown} has the parameter \`{${missing}}\`, which the write’s path does not`);
}

function checkItem(policy: PolicyFile, route: RouteFile, text: string, path: Path, report: Report): void {
  const read = parseRead(text);
  if (!read.ok) return report.error(path, { message: read.failure, accepted: READ_FORM });
  if (read.value.query.length > 0) return report.error(path, { message: 'an item has no query', accepted: READ_FORM });
  checkParameters(read.value, route, path, report);
  const found = routeOfRead(read.value, route.upstream, policy.routes);
  if (found !== undefined && found[1].effect === 'read') return;
  const suggestion = nearest(
    text,
    Object.values(policy.routes).map(({ match }) => match),
  );
  report.error(path, { message: `no route of \`${route.upstream}\` reads \`${text}\``, suggestion });
}

function checkParameters({ segments }: ReadTemplate, route: RouteFile, path: Path, report: Report): void {
  const template = parseTemplate(route.match);
  const known = template.ok ? parameters(template.value) : [];
  for (const part of segments) {
    if (typeof part === 'string' || part.kind !== 'param' || known.includes(part.name)) continue;
    const suggestion = nearest(part.name, known) ?? `body.${part.name}`;
    report.error(path, { message: `the write’s path has no parameter \`{${part.name}}\``, suggestion });
  }
}

/** @param mayAdd whether there is an item whose numbers could be added to */
function checkMembers(
  members: MembersFile | undefined,
  route: RouteFile,
  path: Path,
  report: Report,
  mayAdd: boolean,
): void {
  const template = parseTemplate(route.match);
  const known = template.ok ? parameters(template.value) : [];
  const places = Object.keys(members ?? {});
  for (const [place, value] of Object.entries(members ?? {})) {
    const at = [...path, place];
    const within = places.find((other) => place.startsWith(`${other}.`));
    if (within !== undefined)
      report.error(at, { message: `it lies within \`${within}\`, which is declared whole`, on: 'key' });
    const source = declaredSource(value, place.split('.'));
    if (!source.ok) {
      report.error(at, { message: source.failure, accepted: FIELD_FORM });
      continue;
    }
    if (source.value.from === 'sum' && !mayAdd) {
      report.error(at, {
        message: 'there is nothing to add to',
        accepted: '`add` and `subtract` where an item is changed: in `affects`, or with `answer.item`',
      });
    }
    for (const field of fieldsOf(source.value)) {
      if (field.kind !== 'param' || known.includes(field.name)) continue;
      const suggestion = nearest(field.name, known) ?? `body.${field.name}`;
      report.error(at, { message: `the path has no parameter \`{${field.name}}\``, suggestion });
    }
  }
}
