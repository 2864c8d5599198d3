import type { Json } from '../../std/canonical-json.ts';
import { deref, isNode, type Node, type OpenApiDocument } from './document.ts';
import { listOf } from './operations.ts';

/** Makes the dispatch, given what a reference becomes. */
export type Dispatch = (reference: (ref: string) => Json) => Json;

/** Which alternatives each value of a member stands for. */
interface Choice {
  readonly member: string;
  readonly refs: ReadonlyMap<string, readonly string[]>;
  /** What a value without the member may be; empty: it must have it. */
  readonly otherwise: readonly string[];
  /** Whether other values than these may stand in the member. */
  readonly isOpen: boolean;
}

const SCHEMAS = '#/components/schemas/';

/**
 * How one member's value says which alternative must fit, so that a fault names a field of that one. The member is the
 * `discriminator`'s or, where the document has none, one that has a closed list of values in every alternative.
 * `undefined`: nothing tells the alternatives apart, and any of them will do.
 *
 * @param isOutermost whether the schema is a value's own, not a part of another one by `allOf`: a child that builds on
 *   its parent must not be dispatched back to itself
 */
export function dispatchOf(document: OpenApiDocument, schema: Node, isOutermost: boolean): Dispatch | undefined {
  const alternatives = [...listOf(schema.oneOf), ...listOf(schema.anyOf)];
  const named = alternatives.flatMap((part) => (isNode(part) && typeof part.$ref === 'string' ? [part.$ref] : []));
  if (named.length < alternatives.length || (alternatives.length === 0 && !isOutermost)) return undefined;
  const choice = isNode(schema.discriminator) ? stated(document, schema, named) : implied(document, named);
  if (choice === undefined || choice.refs.size === 0) return undefined;
  const { member, refs, otherwise, isOpen } = choice;
  const values = [...refs.keys()];
  return (reference) => {
    const anyOf = (some: readonly string[]): Json =>
      some.length === 1 ? reference(some[0] as string) : { anyOf: some.map(reference) };
    const missing = { if: { required: [member] }, else: anyOf(otherwise) };
    return {
      ...(otherwise.length === 0 && { required: [member] }),
      ...(!isOpen && { properties: { [member]: { enum: values } } }),
      allOf: [
        ...(otherwise.length === 0 ? [] : [missing]),
        ...values.map((value) => ({
          if: { not: { required: [member], properties: { [member]: { const: value } } } },
          else: anyOf(refs.get(value) ?? []),
        })),
      ],
    };
  };
}

function stated(document: OpenApiDocument, schema: Node, named: readonly string[]): Choice | undefined {
  const { propertyName: member, mapping } = schema.discriminator as Node;
  if (typeof member !== 'string') return undefined;
  const refs = new Map<string, readonly string[]>();
  for (const [value, target] of isNode(mapping) ? Object.entries(mapping) : []) {
    if (typeof target === 'string') refs.set(value, [/[#/]/.test(target) ? target : SCHEMAS + target]);
  }
  const mapped = new Set([...refs.values()].flat());
  for (const ref of named.length > 0 ? named : childrenOf(document, schema)) {
    if (!mapped.has(ref)) refs.set(ref.slice(ref.lastIndexOf('/') + 1), [ref]);
  }
  // A parent may be used as it stands; of alternatives one must be chosen.
  return { member, refs, otherwise: [], isOpen: named.length === 0 };
}

function implied(document: OpenApiDocument, named: readonly string[]): Choice | undefined {
  const [first, ...others] = named.map((ref) => closedMembers(document, ref));
  const member = [...(first?.keys() ?? [])].find((name) => others.every((members) => members.has(name)));
  if (member === undefined || others.length === 0) return undefined;
  const refs = new Map<string, readonly string[]>();
  for (const ref of named) {
    for (const value of closedMembers(document, ref).get(member) ?? [])
      refs.set(value, [...(refs.get(value) ?? []), ref]);
  }
  return { member, refs, otherwise: named, isOpen: false };
}

/** The members of a schema that have a closed list of texts. */
function closedMembers(document: OpenApiDocument, ref: string): ReadonlyMap<string, readonly string[]> {
  const schema = deref(document, { $ref: ref });
  const properties = schema.ok ? schema.value?.properties : undefined;
  const closed = Object.entries(isNode(properties) ? properties : {}).flatMap(([name, part]) => {
    const values = isNode(part) ? (part.const === undefined ? listOf(part.enum) : [part.const]) : [];
    const texts = values.filter((value) => typeof value === 'string');
    return texts.length > 0 && texts.length === values.length ? [[name, texts] as const] : [];
  });
  return new Map(closed);
}

/** The schemas that build on this one by `allOf`. */
function childrenOf({ root, targets }: OpenApiDocument, parent: Node): readonly string[] {
  const schemas = isNode(root.components) && isNode(root.components.schemas) ? root.components.schemas : {};
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const parts = isNode(schema) ? listOf(schema.allOf) : [];
    const isChild = parts.some(
      (part) => isNode(part) && typeof part.$ref === 'string' && targets.get(part.$ref) === parent,
    );
    return isChild ? [SCHEMAS + name] : [];
  });
}
