import { COMPONENT_NAMES } from './components.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** What the generator says of schemas, where it is not what OpenAPI 3.1 means. */
export function mended<Components extends { readonly schemas?: object | undefined }, Document extends object>(
  document: Document & { readonly components: Components },
) {
  const components: Record<string, Json> = {};
  const whole = mend(document as never, components) as unknown as typeof document;
  const schemas = { ...whole.components.schemas, ...components };
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...whole, components: { ...whole.components, schemas: sorted } };
}

function mend(value: Json, components: Record<string, Json>): Json {
  if (isList(value)) return value.map((inner) => mend(inner, components));
  if (value === null || typeof value !== 'object') return value;
  const { id, ...others } = value;
  // It writes the name of a component into it, and the component wherever it is used.
  if (typeof id === 'string' && COMPONENT_NAMES.has(id)) {
    components[id] ??= mend(others, components);
    return { $ref: `#/components/schemas/${id}` };
  }
  return nullable(value, components) ?? each(value, components);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Of a component that may be null it says that it must be both, which nothing is. */
function nullable(value: JsonObject, components: Record<string, Json>): Json | undefined {
  const { allOf, ...others } = value;
  if (allOf === undefined || !isList(allOf)) return undefined;
  const [component, other] = allOf;
  if (component === undefined || other === undefined || allOf.length !== 2 || !isNullable(other)) return undefined;
  const { type: _type, ...more } = other as JsonObject;
  return {
    ...(each(others, components) as JsonObject),
    ...(each(more, components) as JsonObject),
    anyOf: [mend(component, components), { type: 'null' }],
  };
}

function isNullable(value: Json): boolean {
  if (value === null || typeof value !== 'object' || isList(value)) return false;
  const { type } = value;
  return type !== undefined && isList(type) && type.includes('null');
}

function each(value: JsonObject, components: Record<string, Json>): Json {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mend(inner, components)]));
}
