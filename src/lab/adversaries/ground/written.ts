import type { RouteId } from '../../../engine/ids.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import type { Field } from '../../../policy/field.ts';
import { parseField } from '../../../policy/field.ts';
import type { AmountFile } from '../../../policy/schema/route.ts';
import { parseSubject } from '../../../policy/subject.ts';

/** What a route's author wrote about where things stand in its requests. The policy was checked when it was read. */
export interface WrittenRoute {
  readonly match: string;
  readonly upstream: string;
  readonly subject?: string;
  readonly amount?: AmountFile;
  readonly items?: string;
}

/** What an agent's author wrote about single fields. */
interface WrittenAgent {
  readonly allow: readonly (string | { readonly route: string; readonly when?: string })[];
  readonly provenance?: readonly { readonly field?: string }[];
  readonly segment?: readonly { readonly by?: string; readonly customers?: unknown }[];
}

export function writtenRoute({ plain }: LoadedPolicy, id: RouteId): WrittenRoute {
  return (plain as unknown as { routes: Readonly<Record<string, WrittenRoute>> }).routes[id] as WrittenRoute;
}

function writtenAgents({ plain }: LoadedPolicy): readonly WrittenAgent[] {
  return Object.values((plain as unknown as { agents: Readonly<Record<string, WrittenAgent>> }).agents);
}

/** By policy, for every route is asked about: a hundred agents that may call three hundred routes are read once. */
const CONDITIONS = new WeakMap<LoadedPolicy, ReadonlyMap<string, readonly string[]>>();

/** Every condition under which some agent may call the route, and what it requires of the world before. */
export function conditionsOn(loaded: LoadedPolicy, id: RouteId): readonly string[] {
  let known = CONDITIONS.get(loaded);
  if (known === undefined) CONDITIONS.set(loaded, (known = conditionsByRoute(loaded)));
  return known.get(id) ?? [];
}

function conditionsByRoute(loaded: LoadedPolicy): ReadonlyMap<string, readonly string[]> {
  const conditions = new Map<string, string[]>();
  for (const { allow } of writtenAgents(loaded)) {
    for (const entry of allow) {
      if (typeof entry === 'string' || entry.when === undefined) continue;
      const known = conditions.get(entry.route);
      if (known === undefined) conditions.set(entry.route, [entry.when]);
      else known.push(entry.when);
    }
  }
  return conditions;
}

/** Fields that rules of any agent read by name, with the values that the rule names: payees, the customers of a segment. */
export function ruledPlaces(loaded: LoadedPolicy): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, readonly string[]>();
  for (const { provenance = [], segment = [] } of writtenAgents(loaded)) {
    const fields = [...provenance.map(({ field }) => ({ field, values: [] })), ...segment.map(named)];
    for (const { field, values } of fields) {
      const place = placeOf(field);
      if (place !== undefined) places.set(place, [...(places.get(place) ?? []), ...values]);
    }
  }
  return places;
}

function named({ by, customers = [] }: NonNullable<WrittenAgent['segment']>[number]) {
  return { field: by, values: Array.isArray(customers) ? (customers as readonly string[]) : [] };
}

/** `body.a.b`, `body["a"]`, `headers["x-tenant"]`; the name of a method that is called on it is no part of it. */
const PLACE = /\b(body|query|params|headers)((?:\.[A-Za-z_]\w*\b(?!\s*\()|\[(?:"[^"]*"|'[^']*')\])+)/g;

/** Fields that a condition reads: `body.a.b`, `query.x`, `params.id`; of a field and its member only the member. */
export function placesIn(condition: string): readonly string[] {
  const written = condition.matchAll(PLACE);
  const places = [...written].map(([, root = '', path = '']) => {
    const steps = [...path.matchAll(/\.(\w+)|\["([^"]*)"\]|\['([^']*)'\]/g)].map(
      ([, dot, double, single]) => dot ?? double ?? single,
    );
    const [first] = root === 'params' ? [] : [root === 'headers' ? 'header' : root];
    return [...(first === undefined ? [] : [first]), ...steps].join('.');
  });
  return places.filter((place) => !places.some((other) => other.startsWith(`${place}.`)));
}

/** Whether the condition holds only of requests that have the field. */
export function demands(condition: string, place: string): boolean {
  return new RegExp(`(?<!!\\s*)\\bhas\\(\\s*${RegExp.escape(place)}\\s*\\)`).test(condition);
}

/** Where a subject's fields stand, and what kind of thing each names: `charge:{body.charge}` → `body.charge` of `charge`. */
export function subjectPlaces({ subject }: WrittenRoute): readonly { readonly place: string; readonly kind: string }[] {
  const parsed = subject === undefined ? undefined : parseSubject(subject);
  if (parsed === undefined || !parsed.ok) return [];
  return parsed.value.flatMap((part, index) => {
    if (typeof part === 'string') return [];
    const before = parsed.value[index - 1];
    const kind = typeof before === 'string' ? (/(\w+)\W*$/.exec(before)?.[1] ?? '') : '';
    return [{ place: shown(part), kind }];
  });
}

/** The place that a field's text names; `undefined` where it names none, or the whole body. */
export function placeOf(text: string | undefined): string | undefined {
  const field = text === undefined ? undefined : parseField(text);
  return field === undefined ? undefined : shown(field);
}

function shown(field: Field): string {
  switch (field.kind) {
    case 'param':
      return field.name;
    case 'header':
      return `header.${field.name}`;
    default:
      return [field.kind, ...field.path].join('.');
  }
}
