import { unreachable } from '../std/assert.ts';
import type { Json } from '../std/canonical-json.ts';
import type { Request } from '../engine/policy.ts';

/** Where in a request a value stands: `body.a.b`, `query.x`, `header.x-tenant`, or a path parameter by its bare name. */
export type Field =
  | { readonly kind: 'body' | 'query'; readonly path: readonly string[] }
  | { readonly kind: 'header' | 'param'; readonly name: string };

/** Names that begin a field path; no path parameter may have them. */
export const FIELD_ROOTS: readonly string[] = ['body', 'query', 'header'];

const STEP = /^[A-Za-z0-9_-]+$/;

/** `undefined` where the text is no field. `body` alone is the whole body. */
export function parseField(text: string): Field | undefined {
  const [root, ...path] = text.split('.') as [string, ...string[]];
  if (!path.every((step) => STEP.test(step))) return undefined;
  if (root === 'body') return { kind: 'body', path };
  if (root === 'query') return path.length > 0 ? { kind: 'query', path } : undefined;
  if (root === 'header') return path.length === 1 ? { kind: 'header', name: path[0]!.toLowerCase() } : undefined;
  return path.length === 0 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(root) ? { kind: 'param', name: root } : undefined;
}

export type FieldReader = (request: Request) => Json | undefined;

export function readField(field: Field): FieldReader {
  switch (field.kind) {
    case 'body':
      return (request) => descend(request.body, field.path);
    case 'query':
      return (request) => descend(request.query, field.path);
    case 'header':
      return (request) => own(request.headers, field.name);
    case 'param':
      return (request) => own(request.params, field.name);
    default:
      return unreachable(field);
  }
}

function descend(from: Json | undefined, path: readonly string[]): Json | undefined {
  let value = from;
  for (const step of path) value = own(value, step);
  return value;
}

/** Own members only: a body's `__proto__` or `constructor` must never reach an object's prototype. */
function own(from: Json | undefined, key: string): Json | undefined {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined;
  return (from as Readonly<Record<string, Json>>)[key];
}
