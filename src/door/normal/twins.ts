import type { Json } from '../../std/canonical-json.ts';
import { foldedBase } from './names.ts';
import { refuse, shown, type Refusal } from './refusal.ts';

/** What a route's rules read, by the outermost names of the fields. */
export interface Reads {
  readonly body: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  readonly scalars: ReadonlySet<string>;
}

/**
 * Refuses a request in which a field that rules read also stands where they do not look, or is a list or an object where
 * they look for one value: servers differ in which they take, so it would be judged by one reading and run by another.
 */
export function twinOf(
  reads: Reads,
  query: { readonly query: Readonly<Record<string, Json>>; readonly nested: readonly string[] },
  body: { readonly value: Json | undefined; readonly nested: readonly string[] },
): Refusal | undefined {
  const inQuery = foundIn(query.query, reads.body);
  if (inQuery !== undefined) return twin(inQuery, 'query', 'body');
  if (reads.query.size > 0 && typeof body.value === 'object' && body.value !== null) {
    const inBody = foundIn(body.value as Readonly<Record<string, Json>>, reads.query);
    if (inBody !== undefined) return twin(inBody, 'body', 'query');
  }
  const nested =
    query.nested.find((name) => reads.scalars.has(name)) ?? body.nested.find((name) => reads.scalars.has(name));
  if (nested === undefined) return undefined;
  return refuse(400, 'field_nested', `The field ${shown(nested)} must be one value, not a list or an object.`).failure;
}

/** A field that some server takes for one of these: ASP's `Request` asks the query first, in any case. */
function foundIn(fields: Readonly<Record<string, Json>>, names: ReadonlySet<string>): string | undefined {
  if (names.size === 0) return undefined;
  for (const field in fields) {
    if (names.has(field)) return field;
    const form = foldedBase(field);
    for (const name of names) if (foldedBase(name) === form) return field;
  }
  return undefined;
}

function twin(name: string, found: string, expected: string): Refusal {
  return refuse(400, 'field_misplaced', `The field ${shown(name)} belongs in the ${expected}, not in the ${found}.`)
    .failure;
}
