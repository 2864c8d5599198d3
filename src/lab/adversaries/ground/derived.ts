import type { Json } from '../../../std/canonical-json.ts';
import { isCurrency, type Currency } from '../../../std/money.ts';
import type { Route } from '../../../engine/policy.ts';
import { singular, type LoadedPolicy } from '../../../policy/index.ts';
import type { FieldForm } from '../../world/world.ts';
import { literalsAt } from './literals.ts';
import { conditionsOn, demands, placeOf, placesIn, ruledPlaces, subjectPlaces, writtenRoute } from './written.ts';

/** Kinds of ids that the businesses have. */
export type Kinds = ReadonlySet<string>;

/** What a policy alone says of how a route is called: its path, and every field that one of its rules reads. */
export function derivedFields(
  loaded: LoadedPolicy,
  route: Route,
  kinds: Kinds,
  currencies: readonly Currency[],
): Readonly<Record<string, FieldForm>> {
  const written = writtenRoute(loaded, route.id);
  const conditions = conditionsOn(loaded, route.id);
  const fields = new Map<string, FieldForm>();
  const add = (place: string | undefined, form: (place: string) => FieldForm): void => {
    if (place !== undefined && place !== 'body' && !fields.has(place)) fields.set(place, form(place));
  };
  const literals = (place: string): readonly Json[] => conditions.flatMap((text) => literalsAt(text, place));

  for (const { place, kind } of subjectPlaces(written)) add(place, () => idOrText(kind, place, kinds));
  const { amount } = written;
  const unit = amount?.minor === undefined ? 'major' : 'minor';
  add(placeOf(amount?.minor ?? amount?.major), () => ({ kind: 'amount', unit }));
  if (amount?.currency !== undefined && !isCurrency(amount.currency.toUpperCase())) {
    const optional = amount.default === undefined ? {} : ({ optional: true } as const);
    add(placeOf(amount.currency), () => ({
      kind: 'currency',
      of: currencies.map((code) => code.toLowerCase()),
      ...optional,
    }));
  }
  for (const [name, collection] of pathParameters(route.template))
    add(name, () => idOrText(singular(collection), name, kinds));
  add(placeOf(written.items), () => ({ kind: 'text', like: 'item', many: 20 }));
  for (const place of conditions.flatMap(placesIn)) {
    const optional = conditions.some((text) => demands(text, place)) ? {} : ({ optional: true } as const);
    add(place, () => ({ ...choiceOf(literals(place), place, kinds), ...optional }));
  }
  for (const [place, values] of ruledPlaces(loaded)) {
    // Rules name fields for all their routes alike: which of those have it is not certain. A header hurts none.
    const optional = place.startsWith('header.') ? {} : ({ optional: true } as const);
    add(place, () => ({ ...choiceOf(values, place, kinds), ...optional }));
  }
  return Object.fromEntries(fields);
}

/** `/v1/charges/{id}` → id of `charges`. */
function pathParameters(template: string): readonly (readonly [name: string, collection: string])[] {
  const segments = template.split('/');
  return segments.flatMap((segment, index) => {
    const name = /^\{(.*)\}$/.exec(segment)?.[1];
    return name === undefined ? [] : [[name, segments[index - 1] ?? ''] as const];
  });
}

function choiceOf(literals: readonly Json[], place: string, kinds: Kinds): FieldForm {
  const numbers = literals.filter((one) => typeof one === 'number');
  if (numbers.length > 0) return { kind: 'number', min: 0, max: Math.max(...numbers) + 1 };
  return literals.length > 0 ? { kind: 'choice', of: literals } : idOrText('', place, kinds);
}

/** An id of the kind that the field or its path names, as far as the businesses have such ids; else a text. */
function idOrText(kind: string, place: string, kinds: Kinds): FieldForm {
  const of = idOf(kind, place, kinds);
  return of === undefined ? { kind: 'text', like: lastOf(place) } : { kind: 'id', of };
}

/** The kind of id that stands in a place: as somebody calls it, or as its name says. */
export function idOf(kind: string, place: string, kinds: Kinds): string | undefined {
  const last = lastOf(place);
  const names = [kind, last.replace(/_?id$/i, ''), last].map((name) =>
    singular(name.toLowerCase()).replaceAll('-', '_'),
  );
  return names.find((name) => kinds.has(name));
}

/** Its own name; an item of a list goes by the list's. */
function lastOf(place: string): string {
  return place.split('.').findLast((step) => !/^\d+$/.test(step)) ?? place;
}
