import type { Json } from '../../std/canonical-json.ts';
import { dispatchOf } from './discriminator.ts';
import { isNode, resolve, type Node, type OpenApiDocument } from './document.ts';
import { FORMATS } from './formats.ts';
import { ALTERNATIVES, ALWAYS, BOUNDS, CONDITIONAL, CONSTRAINING, LISTS, NAMED, ONE, TYPES } from './keywords.ts';
import { listOf } from './operations.ts';
import { patternTest } from './pattern.ts';
import { isOpenEnded } from './open-ended.ts';

/**
 * Which way what a schema describes goes. A request must fit to the letter: what is not described is refused. An answer
 * may grow: only what a client relies on is held against it, which is types, required members and closed lists of values.
 */
export type Direction = 'request' | 'answer';

/** Deeper than any schema is; bounds the recursion over a document. */
const DEPTH_MAX = 64;

/**
 * Schemas of an OpenAPI document as JSON Schema 2020-12, as one direction needs them.
 *
 * - 3.0's `nullable`, boolean bounds and lone `$ref` get the meaning they have there.
 * - A `$ref` becomes a reference to a definition, so that circles end; each is translated once.
 * - `oneOf` is read as `anyOf`: documents whose alternatives overlap are many, and fitting two is no mistake of a client.
 * - In requests an object that describes its members is closed unless it says otherwise, across `allOf` and alternatives.
 */
export class Dialect {
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;
  readonly #keys = new Map<string, string>();
  readonly #waiting: { readonly key: string; readonly ref: string; readonly closed: boolean }[] = [];
  /** What is wrong with the document, as far as it was read: `#/paths/…: what`. */
  readonly faults: string[] = [];
  /** Every name of a member that was described so far; any other in a value is data, and shown to nobody. */
  readonly names = new Set<string>();

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
  }

  /** `define` is told every definition that is new. */
  translate(schema: Json, at: string, define: (key: string, schema: Json) => void): Json {
    const translated = this.#schema(schema, at, this.#direction === 'request', 0);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const target = resolve(this.#document, next.ref);
      define(next.key, target.ok ? this.#schema(target.value, next.ref, next.closed, 0) : true);
    }
    return translated;
  }

  #schema(schema: Json, at: string, closed: boolean, depth: number): Json {
    if (typeof schema === 'boolean') return schema;
    if (!isNode(schema) || depth > DEPTH_MAX) {
      this.faults.push(
        `${at}: ${isNode(schema) ? `nested more than ${DEPTH_MAX} deep` : 'a schema must be an object'}`,
      );
      return true;
    }
    const { $ref, ...rest } = schema;
    if (typeof $ref === 'string') {
      // 3.0 says that what stands beside a reference does not count; mostly it is a description.
      const alone = !Object.keys(rest).some((key) => CONSTRAINING.has(key)) || this.#isThreeZero();
      if (alone) return this.#reference($ref, at, closed);
      return this.#schema({ allOf: [{ $ref }, rest] }, at, closed, depth + 1);
    }
    return nullable(schema, this.#object(schema, at, closed, depth));
  }

  #object(schema: Node, at: string, closed: boolean, depth: number): Record<string, Json> {
    const out = this.#plain(schema, at);
    const inner = (part: Json, step: string, isClosed: boolean): Json =>
      this.#schema(part, `${at}/${step}`, isClosed, depth + 1);
    const isRequest = this.#direction === 'request';
    const { properties, required, additionalProperties: additional, items } = schema;
    if (isNode(properties)) {
      for (const name of Object.keys(properties)) this.names.add(name);
      out.properties = mapped(properties, (part, name) =>
        isRequest && this.#is(part, 'readOnly') ? false : inner(part, `properties/${name}`, isRequest),
      );
    }
    const demanded = listOf(required).filter((name) => typeof name === 'string' && !this.#isOtherWay(properties, name));
    if (demanded.length > 0) out.required = demanded;
    if (additional !== undefined && (isRequest || additional !== false)) {
      out.additionalProperties = inner(additional, 'additionalProperties', isRequest);
    }
    if (isRequest && schema.unevaluatedProperties !== undefined) {
      out.unevaluatedProperties = inner(schema.unevaluatedProperties, 'unevaluatedProperties', true);
    }
    if (isNode(items) || typeof items === 'boolean') out.items = inner(items, 'items', isRequest);
    for (const key of ONE) if (schema[key] !== undefined) out[key] = inner(schema[key], key, false);
    for (const key of LISTS) {
      if (!Array.isArray(schema[key])) continue;
      out[key] = listOf(schema[key]).map((part, index) => inner(part, `${key}/${index}`, isRequest));
    }
    for (const key of NAMED) {
      const parts = schema[key];
      if (isNode(parts)) out[key] = mapped(parts, (part, name) => inner(part, `${key}/${name}`, isRequest));
    }
    for (const key of CONDITIONAL) if (schema[key] !== undefined) out[key] = inner(schema[key], key, false);
    const all = listOf(schema.allOf).map((part, index) => inner(part, `allOf/${index}`, false));
    const dispatch = dispatchOf(this.#document, schema, closed);
    if (dispatch !== undefined) all.push(dispatch((ref) => this.#reference(ref, at, false)));
    for (const key of dispatch === undefined ? ALTERNATIVES : []) {
      const choices = listOf(schema[key]).map((part, index) => inner(part, `${key}/${index}`, false));
      if (choices.length > 0) all.push({ anyOf: choices });
    }
    if (all.length > 0) out.allOf = all;
    if (closed && !isOpenEnded(this.#document, schema)) close(out);
    return out;
  }

  /** The keywords that hold no other schema. */
  #plain(schema: Node, at: string): Record<string, Json> {
    const out: Record<string, Json> = {};
    const { type, format, pattern } = schema;
    const types = [type ?? []].flat();
    const unknown = types.find((one) => typeof one !== 'string' || !TYPES.has(one));
    if (unknown !== undefined) this.faults.push(`${at}: \`${JSON.stringify(unknown)}\` is no type`);
    else if (types.length > 0) out.type = type as Json;
    if (Array.isArray(schema.enum) && schema.enum.length > 0) out.enum = schema.enum;
    if (typeof format === 'string' && FORMATS.has(format)) out.format = format;
    for (const key of ALWAYS) if (schema[key] !== undefined) out[key] = schema[key];
    if (this.#direction === 'answer') return out;
    for (const key of BOUNDS) {
      const bound = schema[key];
      if (typeof bound === 'number' || (key === 'uniqueItems' && typeof bound === 'boolean')) out[key] = bound;
    }
    if (typeof pattern === 'string' && patternTest(pattern) !== undefined) out.pattern = pattern;
    for (const [bound, exclusive] of [
      ['minimum', 'exclusiveMinimum'],
      ['maximum', 'exclusiveMaximum'],
    ] as const) {
      const limit = schema[exclusive] === true ? schema[bound] : schema[exclusive];
      if (typeof limit === 'number') out[exclusive] = limit;
    }
    return out;
  }

  #reference(ref: string, at: string, closed: boolean): Json {
    const target = resolve(this.#document, ref);
    if (!target.ok) {
      this.faults.push(`${at}: ${target.failure}`);
      return true;
    }
    const name = `${closed ? 'closed' : 'open'} ${ref}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = `${this.#direction}-${this.#keys.size}`;
      this.#keys.set(name, key);
      this.#waiting.push({ key, ref, closed });
    }
    return { $ref: key };
  }

  #isThreeZero(): boolean {
    const { openapi } = this.#document.root;
    return typeof openapi === 'string' && openapi.startsWith('3.0');
  }

  /** A member that goes the other way only is demanded on that way only. */
  #isOtherWay(properties: Json | undefined, name: string): boolean {
    const part = isNode(properties) ? properties[name] : undefined;
    return part !== undefined && this.#is(part, this.#direction === 'request' ? 'readOnly' : 'writeOnly');
  }

  #is(part: Json, flag: 'readOnly' | 'writeOnly'): boolean {
    if (!isNode(part)) return false;
    if (part[flag] !== undefined || typeof part.$ref !== 'string') return part[flag] === true;
    const target = resolve(this.#document, part.$ref);
    return target.ok && isNode(target.value) && target.value[flag] === true;
  }
}

/** 3.0 has no type `null`. Some documents of 3.1 still say `nullable`. */
function nullable(schema: Node, out: Record<string, Json>): Json {
  if (schema.nullable !== true) return out;
  const isPlain = out.allOf === undefined && out.enum === undefined && typeof out.type === 'string';
  return isPlain ? { ...out, type: [out.type as string, 'null'] } : { anyOf: [{ type: 'null' }, out] };
}

/** Refuses members that nothing describes. */
function close(out: Record<string, Json>): void {
  if (out.type !== undefined && ![out.type].flat().includes('object')) return;
  if (out.additionalProperties !== undefined || out.unevaluatedProperties !== undefined) return;
  const alone = out.allOf === undefined && CONDITIONAL.every((key) => out[key] === undefined);
  out[alone ? 'additionalProperties' : 'unevaluatedProperties'] = false;
}

function mapped(parts: Node, change: (part: Json, name: string) => Json): Record<string, Json> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part, name)]));
}
