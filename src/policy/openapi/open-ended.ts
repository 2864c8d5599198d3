import type { Json } from '../../std/canonical-json.ts';
import { isNode, resolve, type OpenApiDocument } from './document.ts';
import { listOf } from './operations.ts';

/**
 * Whether a schema takes objects of which it describes no member: `type: object` alone, or nothing at all.
 * Such a value is free; closing it would refuse everything.
 */
export function isOpenEnded(document: OpenApiDocument, schema: Json, seen: ReadonlySet<Json> = new Set()): boolean {
  if (!isNode(schema)) return schema === true;
  if (seen.has(schema)) return false;
  const here = new Set([...seen, schema]);
  const isFree = (part: Json): boolean => isOpenEnded(document, part, here);
  if (typeof schema.$ref === 'string') {
    const target = resolve(document, schema.$ref);
    return !target.ok || isFree(target.value);
  }
  const { type, properties, patternProperties, discriminator } = schema;
  const takesObjects = type === undefined || type === 'object' || listOf(type).includes('object');
  if (!takesObjects || schema.enum !== undefined || schema.const !== undefined) return false;
  if (isNode(properties) && Object.keys(properties).length > 0) return false;
  if (isNode(patternProperties) || (isNode(discriminator) && isNode(discriminator.mapping))) return false;
  const alternatives = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (alternatives.length > 0 && !alternatives.some(isFree)) return false;
  return listOf(schema.allOf).every(isFree);
}
