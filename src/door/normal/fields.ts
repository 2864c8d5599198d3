import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { Bag } from './bag.ts';
import { faultOf, folded, isPlain, twinAmong } from './names.ts';
import { decode, hasEscape } from './percent.ts';
import { refuse, shown, type Refusal } from './refusal.ts';

/** More fields than any form of a business API has; a reader's work is bounded by it. */
export const FIELDS_MAX = 1_000;
/** Bracket pairs in one key: deeper than any API documents. */
export const FIELD_DEPTH_MAX = 8;

/** What `a=1&b[c]=2` says. Every leaf is a string; a nested key gives an object or a list. */
export interface Fields {
  readonly values: Readonly<Record<string, Json>>;
  /** Base names of the nested keys: `['b']`. A rule that reads one as a scalar must refuse it. */
  readonly nested: readonly string[];
}

type Container = Json[] | { [key: string]: Json };
type Failure = ReturnType<typeof refuse>;

const NONE: readonly string[] = [];
const BRACKETS = /^[^[\]]+(?:\[[^[\]]*\])+$/;
/** An integer small enough to be a position. A larger one (`metadata[6735]`) cannot be, so it is a name. */
const POSITION = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Reads `application/x-www-form-urlencoded` text, be it a query or a body, with its nested keys:
 *
 *     metadata[order]=6735   { metadata: { order: '6735' } }
 *     expand[]=a&expand[]=b  { expand: ['a', 'b'] }
 *     items[0][price]=p_1    { items: [{ price: 'p_1' }] }
 *
 * Whatever parsers are known to read differently is refused: a key twice (also under another spelling or case), a key both
 * scalar and nested, `a[]` beside `a[0]`, positions with gaps or out of order, `a[][b]`, a `;` that old parsers split at.
 */
export function readFields(text: string): Result<Fields, Refusal> {
  const reader = new FieldReader();
  for (let start = 0; start <= text.length;) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      const failure = reader.field(text.slice(start, end));
      if (failure !== undefined) return failure;
    }
    start = end + 1;
  }
  return reader.done();
}

class FieldReader {
  readonly #values = new Bag<Json>();
  #nested: string[] | undefined;
  /** What each container is keyed by, by the key text that leads to it: `items` and `items[0]`. */
  #kinds: Map<string, 'end' | 'position' | 'name'> | undefined;
  /** Whether some name is not plain, so that names must be compared with each other at the end. */
  #odd = false;
  #count = 0;

  field(pair: string): Failure | undefined {
    this.#count += 1;
    if (this.#count > FIELDS_MAX) {
      return refuse(400, 'fields_too_many', `A query or form may hold at most ${FIELDS_MAX} fields.`);
    }
    if (pair.includes(';')) {
      return refuse(
        400,
        'field_separator',
        'A semicolon in a field must be written %3B: some parsers split fields at it.',
      );
    }
    const equals = pair.indexOf('=');
    const key = unescaped(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : unescaped(pair.slice(equals + 1));
    if (key === undefined || value === undefined) {
      return refuse(400, 'escape_invalid', 'Escapes in a query or form must be %XX and decode to valid UTF-8.');
    }
    if (value.includes('\0')) return refuse(400, 'field_nul', `The field ${shown(key)} must not contain a NUL.`);
    return isPlain(key) && key !== '' ? this.#scalar(this.#values, key, value, key) : this.#special(key, value);
  }

  done(): Result<Fields, Refusal> {
    if (this.#odd) {
      const twin = twinWithin(this.#values, true);
      if (twin !== undefined) return duplicate(twin);
    }
    return ok({ values: this.#values, nested: this.#nested ?? NONE });
  }

  #special(key: string, value: string): Failure | undefined {
    if (key === '') return refuse(400, 'field_unnamed', 'Every field of a query or form needs a name before its "=".');
    if (hasEscape(key)) return badName(key, 'is escaped twice');
    if (key.startsWith(' ') || key.endsWith(' ')) return badName(key, 'begins or ends with a space');
    if (key.includes('[') || key.includes(']')) return this.#nest(key, value);
    return this.#scalar(this.#values, key, value, key);
  }

  #scalar(into: Record<string, Json>, name: string, value: string, key: string): Failure | undefined {
    const failure = this.#nameFailure(name);
    if (failure !== undefined) return failure;
    if (name in into) return typeof into[name] === 'string' ? duplicate(key) : conflict(key);
    into[name] = value;
    return undefined;
  }

  #nameFailure(name: string): Failure | undefined {
    const fault = faultOf(name);
    if (fault !== undefined) return badName(name, fault);
    if (!isPlain(name)) this.#odd = true;
    return undefined;
  }

  /** `base[a][][2]`: opens the container that each bracket names, and puts the value into the last. */
  #nest(key: string, value: string): Failure | undefined {
    if (!BRACKETS.test(key))
      return refuse(400, 'field_brackets', `The key ${shown(key)} must have the form a[b][c] or a[].`);
    const base = key.slice(0, key.indexOf('['));
    const parts = key.slice(base.length + 1, -1).split('][');
    if (parts.length > FIELD_DEPTH_MAX) {
      return refuse(400, 'fields_too_deep', `A key may have at most ${FIELD_DEPTH_MAX} pairs of brackets.`);
    }
    let container: Container = this.#values;
    let name = base;
    let path = base;
    for (const part of parts) {
      const failure = this.#nameFailure(name);
      if (failure !== undefined) return failure;
      const inner = this.#open(container, name, path, part);
      if (inner === undefined) return conflict(key);
      container = inner;
      name = part;
      path += `[${part}]`;
    }
    (this.#nested ??= []).includes(base) || this.#nested.push(base);
    return Array.isArray(container) ? append(container, name, value, key) : this.#scalar(container, name, value, key);
  }

  /** The container under `name`, made if new; `undefined` where it is something else already. */
  #open(outer: Container, name: string, path: string, part: string): Container | undefined {
    const kind = part === '' ? 'end' : POSITION.test(part) ? 'position' : 'name';
    this.#kinds ??= new Map();
    const before = this.#kinds.get(path);
    if (before === undefined) {
      const made: Container = kind === 'name' ? new Bag<Json>() : [];
      if (!place(outer, name, made)) return undefined;
      this.#kinds.set(path, kind);
      return made;
    }
    return before === kind ? (Reflect.get(outer, name) as Container) : undefined;
  }
}

/** Puts a new container into an outer one; false where the place is taken, or is no next position of a list. */
function place(outer: Container, name: string, made: Container): boolean {
  if (!Array.isArray(outer)) {
    if (name in outer) return false;
    outer[name] = made;
    return true;
  }
  // `a[][b]`: parsers differ on where the next element begins.
  if (name !== String(outer.length)) return false;
  outer.push(made);
  return true;
}

function append(list: Json[], position: string, value: string, key: string): Failure | undefined {
  if (position !== '' && position !== String(list.length)) return conflict(key);
  list.push(value);
  return undefined;
}

/** PHP reads `a.b` and `a b` as `a_b`, in names but not in brackets. */
const foldedAsForm = (name: string): string => folded(name).replace(/[ .]/g, '_');

function twinWithin(value: Json, top: boolean): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const twin = Array.isArray(value) ? undefined : twinAmong(Object.keys(value), top ? foldedAsForm : folded);
  if (twin !== undefined) return twin;
  for (const inner of Object.values(value)) {
    const found = twinWithin(inner as Json, false);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unescaped(text: string): string | undefined {
  return decode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

const duplicate = (key: string): Failure =>
  refuse(
    400,
    'field_duplicate',
    `The field ${shown(key)} must be given once, in one spelling; lists are written a[]=1&a[]=2.`,
  );

const conflict = (key: string): Failure =>
  refuse(
    400,
    'field_conflict',
    `The key ${shown(key)} contradicts the ones before it: use a key as a scalar, as a[name], as a[], or as a[0], a[1] in order.`,
  );

const badName = (name: string, fault: string): Failure =>
  refuse(400, 'field_name', `The field ${shown(name)} ${fault}; send it under another name or leave it out.`);
