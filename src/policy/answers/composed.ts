import type { Json } from '../../std/canonical-json.ts';
import { isNode, resolve, type Node, type OpenApiDocument } from '../openapi/document.ts';
import { listOf } from '../openapi/operations.ts';

/** All schemas that bear on one place together: a schema, what it refers to and what it is composed of. */
export interface Composed {
  readonly nodes: readonly Node[];
  /** Each list is one `oneOf` or `anyOf`: one of its schemas holds too. */
  readonly alternatives: readonly (readonly Json[])[];
  readonly types: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  /** Its described members, each with all that is said of it. */
  readonly members: ReadonlyMap<string, readonly Json[]>;
  readonly isNullable: boolean;
}

/** More are no description of one place. */
const PARTS_MAX = 256;

export function composed(document: OpenApiDocument, schemas: readonly Json[]): Composed {
  const nodes = new Set<Node>();
  const waiting = schemas.toReversed();
  for (let schema = waiting.pop(); schema !== undefined && nodes.size < PARTS_MAX; schema = waiting.pop()) {
    if (!isNode(schema) || nodes.has(schema)) continue;
    nodes.add(schema);
    const target = typeof schema.$ref === 'string' ? resolve(document, schema.$ref) : undefined;
    waiting.push(...listOf(schema.allOf).toReversed());
    if (target?.ok === true) waiting.push(target.value);
  }
  const parts = [...nodes];
  const members = new Map<string, Json[]>();
  for (const { properties } of parts) {
    for (const [name, schema] of Object.entries(isNode(properties) ? properties : {})) {
      members.set(name, [...(members.get(name) ?? []), schema]);
    }
  }
  const types = new Set(parts.flatMap(({ type }) => [type ?? []].flat()).filter((type) => typeof type === 'string'));
  if (types.size === 0 && members.size > 0) types.add('object');
  return {
    nodes: parts,
    alternatives: parts
      .flatMap(({ oneOf, anyOf }) => [listOf(oneOf), listOf(anyOf)])
      .filter(({ length }) => length > 0),
    types,
    required: new Set(parts.flatMap(({ required }) => listOf(required)).filter((name) => typeof name === 'string')),
    members,
    isNullable: types.has('null') || parts.some(({ nullable }) => nullable === true),
  };
}

/** The value of a keyword where any of the schemas has it. */
export function keyword({ nodes }: Composed, key: string): Json | undefined {
  return nodes.find((node) => node[key] !== undefined)?.[key];
}

/** The closed list of values that a place may have; `undefined`: it has none. */
export function enumOf({ nodes }: Composed): readonly Json[] | undefined {
  const lists = nodes.map((node) => listOf(node.enum)).filter(({ length }) => length > 0);
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.includes(value)));
}

/** Whether a value is of one of the types; no types: any. */
export function isOfType(value: Json, types: ReadonlySet<string>, isNullable: boolean): boolean {
  if (value === null) return isNullable || types.size === 0;
  if (types.size === 0) return true;
  if (Array.isArray(value)) return types.has('array');
  if (typeof value === 'number') return types.has('number') || (types.has('integer') && Number.isInteger(value));
  return types.has(typeof value);
}
