/*
 * The keywords of JSON Schema 2020-12 that are read, beside those that every schema has. What no list names (annotations,
 * extensions) means nothing here.
 */

export const TYPES: ReadonlySet<string> = new Set('null boolean object array number integer string'.split(' '));
/** Keywords without schemas in them, that mean the same in both directions. */
export const ALWAYS = ['const', 'minContains', 'dependentRequired'];
/** Bounds: an answer beyond one is no other format. */
export const BOUNDS =
  'minLength maxLength minimum maximum multipleOf minItems maxItems maxContains uniqueItems minProperties maxProperties'.split(
    ' ',
  );
/** Schemas for parts of a value, one by one, in a list, or by name. */
export const ONE = ['contains', 'propertyNames', 'unevaluatedItems'];
export const LISTS = ['prefixItems'];
export const NAMED = ['patternProperties'];
/** Schemas for the value itself. */
export const CONDITIONAL = ['if', 'then', 'else', 'not'];
export const ALTERNATIVES = ['anyOf', 'oneOf'];

/** Any keyword that narrows what fits. */
export const CONSTRAINING = new Set([
  ...'type enum format pattern properties required additionalProperties items allOf nullable'.split(' '),
  ...'exclusiveMinimum exclusiveMaximum unevaluatedProperties'.split(' '),
  ...[ALWAYS, BOUNDS, ONE, LISTS, NAMED, CONDITIONAL, ALTERNATIVES].flat(),
]);
