import type { Currency } from '../../../std/money.ts';
import type { Route } from '../../../engine/policy.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import { deref } from '../../../policy/openapi/document.ts';
import { isJsonType, mediaOf } from '../../../policy/openapi/media.ts';
import { parametersOf } from '../../../policy/openapi/parameters.ts';
import type { FieldForm, OperationForm } from '../../world/world.ts';
import { derivedFields, type Kinds } from './derived.ts';
import { Leaves, type Leaf } from './described/leaves.ts';

/** What may be left out beyond so many is left out: variants fill in one at a time, and large documents have hundreds. */
const OPTIONALS_MAX = 16;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * How a route is called by what the OpenAPI document of its upstream says; a form for each way to write its body. Where
 * subject, amount and currency stand is the policy's to say: what it calls an id is filled with one, whatever the type.
 * None: its upstream has no document, or that does not describe it.
 */
export function describedForms(
  loaded: LoadedPolicy,
  route: Route,
  kinds: Kinds,
  currencies: readonly Currency[],
): readonly OperationForm[] {
  const described = loaded.operations.get(route.id);
  if (described === undefined) return [];
  const { document, operation, names } = described;
  const leaves = new Leaves(document, { derived: derivedFields(loaded, route, kinds, currencies), kinds, currencies });

  // What is wrong with the document was said when the policy was loaded.
  const parameters = parametersOf(operation, document, () => {}).flatMap(({ name, place, required, schema = {} }) => {
    if (place === 'path') {
      const own = names.get(name);
      return own === undefined ? [] : leaves.ofParameter(schema, own, true);
    }
    // Headers that nobody demands say how to answer, not what to do.
    return place === 'header' && !required ? [] : leaves.ofParameter(schema, `${place}.${name}`, required);
  });

  const body = deref(document, operation.node.requestBody);
  const media = mediaOf(body.ok ? body.value?.content : undefined);
  const bodies = [
    { encoding: 'json', one: media.find(({ type }) => isJsonType(type)) },
    { encoding: 'form', one: media.find(({ type }) => type === FORM_TYPE) },
  ] as const;
  const form = (encoding: 'json' | 'form', ofBody: readonly Leaf[]): OperationForm => ({
    operation: `${route.method} ${route.template}`,
    effect: route.effect,
    encoding,
    fields: fieldsOf([...parameters, ...ofBody]),
  });
  const written = bodies.flatMap(({ encoding, one }) =>
    one === undefined ? [] : [form(encoding, leaves.ofBody(one.schema ?? {}))],
  );
  return written.length === 0 ? [form('json', [])] : written;
}

function fieldsOf(leaves: readonly Leaf[]): Readonly<Record<string, FieldForm>> {
  let optionals = 0;
  const kept = leaves.flatMap(({ place, form, isRequired }): [string, FieldForm][] => {
    if (isRequired) return [[place, form]];
    optionals += 1;
    return optionals > OPTIONALS_MAX ? [] : [[place, { ...form, optional: true }]];
  });
  return Object.fromEntries(kept);
}
