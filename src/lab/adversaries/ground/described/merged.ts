import type { Json } from '../../../../std/canonical-json.ts';
import { isNode, resolve, type Node, type OpenApiDocument } from '../../../../policy/openapi/document.ts';
import { listOf } from '../../../../policy/openapi/operations.ts';

/**
 * One schema that says all that bears on a value: itself, what it refers to, all its parts (`allOf`), and one of its
 * alternatives, the first that has most of the members wanted.
 */
export function merged(
  document: OpenApiDocument,
  schema: Json,
  wanted: ReadonlySet<string>,
  { seen, isPart }: Way = { seen: new Set(), isPart: false },
): Node {
  if (!isNode(schema)) return {};
  const { $ref, allOf, oneOf, anyOf, discriminator, ...own } = schema;
  const inner = (part: Json): Node => merged(document, part, wanted, { seen, isPart });
  let all: Node = own;
  if (typeof $ref === 'string' && !seen.has($ref)) {
    const target = resolve(document, $ref);
    if (target.ok) all = both(all, merged(document, target.value, wanted, { seen: new Set([...seen, $ref]), isPart }));
  }
  for (const part of listOf(allOf)) all = both(all, merged(document, part, wanted, { seen, isPart: true }));
  const children = isPart || oneOf !== undefined || anyOf !== undefined ? [] : childrenOf(discriminator);
  for (const alternatives of [listOf(oneOf), listOf(anyOf), children]) {
    const [first, ...others] = alternatives.filter((one) => !isNode(one) || one.type !== 'null');
    if (first === undefined) continue;
    const best = others.reduce(
      (one, other) => (met(inner(other), wanted) > met(inner(one), wanted) ? other : one),
      first,
    );
    all = both(all, both(inner(best), telling(discriminator, best)));
  }
  return all;
}

interface Way {
  /** References that led here: a document may describe itself. */
  readonly seen: ReadonlySet<string>;
  /** A child that builds on its parent must not become another child of it. */
  readonly isPart: boolean;
}

/** What a parent without alternatives says of its children: they build on it, and it names them. */
function childrenOf(discriminator: Json | undefined): readonly Json[] {
  const mapping = isNode(discriminator) && isNode(discriminator.mapping) ? discriminator.mapping : {};
  return Object.values(mapping).flatMap((to) =>
    typeof to === 'string' ? [{ $ref: /[#/]/.test(to) ? to : `#/components/schemas/${to}` }] : [],
  );
}

function met({ properties }: Node, wanted: ReadonlySet<string>): number {
  return isNode(properties) ? Object.keys(properties).filter((name) => wanted.has(name)).length : 0;
}

function both(one: Node, other: Node): Node {
  const [mine, its] = [one.properties, other.properties];
  const properties: Record<string, Json> = { ...(isNode(its) ? its : {}) };
  for (const [name, part] of Object.entries(isNode(mine) ? mine : {})) {
    const known = properties[name];
    properties[name] = known === undefined ? part : { allOf: [part, known] };
  }
  const required = [...new Set([...listOf(one.required), ...listOf(other.required)])];
  return {
    ...other,
    ...one,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

/** The member whose value says that this alternative is meant. */
function telling(discriminator: Json | undefined, chosen: Json): Node {
  if (!isNode(discriminator) || !isNode(chosen) || typeof chosen.$ref !== 'string') return {};
  const { propertyName, mapping } = discriminator;
  if (typeof propertyName !== 'string') return {};
  const name = chosen.$ref.slice(chosen.$ref.lastIndexOf('/') + 1);
  const mapped = Object.entries(isNode(mapping) ? mapping : {}).find(([, to]) => to === chosen.$ref || to === name);
  return { properties: { [propertyName]: { enum: [mapped?.[0] ?? name] } }, required: [propertyName] };
}
