import { parseDocument } from 'yaml';
import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';

/** Ten times the largest documents of business APIs; it bounds what loading a policy costs. */
export const DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;
/** YAML aliases, written out: more of them are an attack on memory. */
const ALIASES_MAX = 1_000;

/** An object of the document. */
export type Node = Readonly<Record<string, Json>>;

/** An OpenAPI description, 3.0 or 3.1 (spec.openapis.org/oas). */
export interface OpenApiDocument {
  readonly root: Node;
  /** Targets of references, found once. */
  readonly targets: Map<string, Json>;
}

/** Reads JSON or YAML. The failure says why it is no document that can be used. */
export function readDocument(bytes: Uint8Array): Result<OpenApiDocument, string> {
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    return fail(`it has ${bytes.length} bytes; at most ${DOCUMENT_BYTES_MAX} are read`);
  }
  const read = parse(bytes);
  if (!read.ok) return read;
  const root = read.value;
  if (!isNode(root)) return fail('it is no OpenAPI document, but a list or a single value');
  const { openapi, paths } = root;
  if (typeof openapi !== 'string' || !/^3\.[01]\./.test(openapi)) {
    return fail(`it says \`openapi: ${shownVersion(root)}\`; versions 3.0 and 3.1 are read`);
  }
  if (!isNode(paths)) return fail('it has no `paths`');
  return ok({ root, targets: new Map() });
}

/** What a `$ref` points at, in this very document (RFC 6901); references to other documents are not followed. */
export function resolve({ root, targets }: OpenApiDocument, ref: string): Result<Json, string> {
  const known = targets.get(ref);
  if (known !== undefined) return ok(known);
  if (!ref.startsWith('#')) return fail(`\`${ref}\` lies outside the document; bundle it into one file`);
  if (ref !== '#' && !ref.startsWith('#/')) return fail(`\`${ref}\` is no path into the document: #/components/…`);
  let target: Json | undefined = root;
  for (const step of ref.split('/').slice(1)) target = member(target, unescaped(step));
  if (target === undefined) return fail(`\`${ref}\` points at nothing`);
  targets.set(ref, target);
  return ok(target);
}

/** The object that a node is or refers to. The failure names a reference that leads nowhere. */
export function deref(document: OpenApiDocument, json: Json | undefined): Result<Node | undefined, string> {
  let node = json;
  for (let hops = 0; isNode(node) && typeof node.$ref === 'string'; hops += 1) {
    if (hops === HOPS_MAX) return fail(`\`${node.$ref}\` leads in a circle`);
    const target = resolve(document, node.$ref);
    if (!target.ok) return target;
    node = target.value;
  }
  return ok(isNode(node) ? node : undefined);
}

/** A longer chain of references is a circle. */
const HOPS_MAX = 32;

export function isNode(json: Json | undefined): json is Node {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function parse(bytes: Uint8Array): Result<Json, string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trimStart().startsWith('{')) return ok(JSON.parse(text) as Json);
    const document = parseDocument(text, { version: '1.2', schema: 'core', stringKeys: true, prettyErrors: true });
    const [error] = document.errors;
    return error === undefined ? ok(document.toJS({ maxAliasCount: ALIASES_MAX }) as Json) : fail(error.message);
  } catch (error) {
    return fail(`it is neither JSON nor YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function shownVersion({ openapi, swagger }: Node): string {
  const version = openapi ?? swagger;
  return typeof version === 'string' || typeof version === 'number' ? String(version).slice(0, 16) : '(nothing)';
}

function member(from: Json | undefined, step: string): Json | undefined {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, step)) return undefined;
  return (from as Node)[step];
}

function unescaped(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
