import type { PolicyFile } from '../schema.ts';
import { FIELD_FORM, type RouteFile } from '../schema/route.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { parseField, type Field } from '../field.ts';
import { parseSubject } from '../subject.ts';
import { parameters, parseTemplate, shape } from '../template.ts';
import { allowedRoutes } from './view.ts';

export function checkRoutes(policy: PolicyFile, report: Report): void {
  const used = new Set(Object.values(policy.agents).flatMap((agent) => [...allowedRoutes(policy, agent).keys()]));
  const shapes = new Map<string, string>();
  for (const [id, route] of Object.entries(policy.routes)) {
    const path: Path = ['routes', id];
    if (!Object.hasOwn(policy.upstreams, route.upstream)) {
      const suggestion = nearest(route.upstream, Object.keys(policy.upstreams));
      report.error([...path, 'upstream'], { message: `unknown upstream \`${route.upstream}\``, suggestion });
    }
    if (!used.has(id)) report.error(path, { message: `no agent may call the route \`${id}\`; remove it`, on: 'key' });
    checkTemplate(id, route, shapes, report);
  }
}

function checkTemplate(id: string, route: RouteFile, shapes: Map<string, string>, report: Report): void {
  const path: Path = ['routes', id];
  const parsed = parseTemplate(route.match);
  if (!parsed.ok) return report.error([...path, 'match'], parsed.failure);
  const template = parsed.value;
  const key = `${route.upstream} ${template.method} ${shape(template)}`;
  const twin = shapes.get(key);
  if (twin !== undefined) {
    report.error([...path, 'match'], `\`${route.match}\` matches the same requests as the route \`${twin}\``);
  }
  shapes.set(key, id);
  checkEffect(template.method, route, path, report);
  checkFields(route, parameters(template), path, report);
}

/** A write that is called a read would pass in staging and shadow, and past every rule about writes. */
function checkEffect(method: string, { effect }: RouteFile, path: Path, report: Report): void {
  const at = [...path, 'effect'];
  if (effect === 'read' && ['PUT', 'PATCH', 'DELETE'].includes(method)) {
    report.error(at, { message: `${method} is no read`, accepted: 'one of write, money, destructive' });
  }
  if (effect === 'read' && method === 'POST') {
    report.warn(at, 'a POST is called a read: it is sent in staging and shadow too');
  }
  if (effect === 'write' && method === 'DELETE') report.warn(at, 'a DELETE is called a write, not destructive');
}

function checkFields(route: RouteFile, params: readonly string[], path: Path, report: Report): void {
  const check = (at: Path, field: Field | undefined, shown: string): void => {
    if (field === undefined) report.error(at, { message: `\`${shown}\` is no field`, accepted: FIELD_FORM });
    else if (field.kind === 'param' && !params.includes(field.name)) {
      const suggestion = nearest(field.name, params) ?? `body.${field.name}`;
      report.error(at, { message: `the path has no parameter \`{${field.name}}\``, suggestion });
    }
  };
  if (route.subject !== undefined) {
    const subject = parseSubject(route.subject);
    if (!subject.ok)
      report.error([...path, 'subject'], { message: subject.failure, accepted: '"charge:{body.charge}"' });
    else for (const part of subject.value) if (typeof part !== 'string') check([...path, 'subject'], part, '');
  }
  if (route.items !== undefined) check([...path, 'items'], parseField(route.items), route.items);
  for (const key of ['minor', 'major'] as const) {
    const text = route.amount?.[key];
    if (text !== undefined) check([...path, 'amount', key], parseField(text), text);
  }
  const currency = route.amount?.currency;
  // Three letters that are no field are meant as a currency; `money.ts` looks whether there is one.
  if (currency !== undefined && !/^[A-Za-z]{3}$/.test(currency)) {
    check([...path, 'amount', 'currency'], parseField(currency), currency);
  }
}
