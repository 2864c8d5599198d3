import { parseField } from '../field.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { FIELD_FORM, type RouteFile } from '../schema/route.ts';
import { parameters, parseTemplate } from '../template.ts';

/** A rule's field must be one value that requests of all its routes can have. */
export function checkRequestField(
  text: string,
  routes: readonly (readonly [string, RouteFile])[],
  path: Path,
  report: Report,
): void {
  const field = parseField(text);
  if (field === undefined || (field.kind === 'body' && field.path.length === 0)) {
    return report.error(path, { message: `\`${text}\` is no field of a request`, accepted: FIELD_FORM });
  }
  if (field.kind !== 'param') return;
  for (const [id, { match }] of routes) {
    const template = parseTemplate(match);
    const params = template.ok ? parameters(template.value) : [];
    if (params.includes(field.name)) continue;
    const suggestion = nearest(field.name, params) ?? `body.${field.name}`;
    report.error(path, { message: `the path of \`${id}\` has no parameter \`{${field.name}}\``, suggestion });
  }
}
