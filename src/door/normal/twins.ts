import type { Json } from '../../std/canonical-json.ts';
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
  for (const name of reads.body) if (name in query.query) return twin(name, 'query', 'body');
  if (reads.query.size > 0 && typeof body.value === 'object' && body.value !== null) {
    for (const name of reads.query) if (name in body.value) return twin(name, 'body', 'query');
  }
  const nested =
    query.nested.find((name) => reads.scalars.has(name)) ?? body.nested.find((name) => reads.scalars.has(name));
  if (nested === undefined) return undefined;
  return refuse(400, 'field_nested', `The field ${shown(nested)} must be one value, not a list or an object.`).failure;
}

function twin(name: string, found: string, expected: string): Refusal {
  return refuse(400, 'field_misplaced', `The field ${shown(name)} belongs in the ${expected}, not in the ${found}.`)
    .failure;
}
