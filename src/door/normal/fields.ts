import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { FieldTree, type Misfit } from './field-tree.ts';
import { folded, isPlain } from '../../std/folded.ts';
import { faultOf, foldedBase, twinAmong } from './names.ts';
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

type Failure = ReturnType<typeof refuse>;

const NONE: readonly string[] = [];
/** A name without brackets, then brackets without brackets in them. */
const NESTED_KEY = /^[^[\]]+(?:\[[^[\]]*\])+$/;

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
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    const failure = end === start ? undefined : reader.field(text.slice(start, end));
    if (failure !== undefined) return failure;
    start = end + 1;
  }
  return reader.done();
}

class FieldReader {
  readonly #tree = new FieldTree();
  #nested: string[] | undefined;
  /** Whether some name is not plain, so that names must be compared with each other at the end. */
  #odd = false;
  #count = 0;

  field(pair: string): Failure | undefined {
    this.#count += 1;
    if (this.#count > FIELDS_MAX) return TOO_MANY;
    if (pair.includes(';')) return SEPARATOR;
    const equals = pair.indexOf('=');
    const key = unescaped(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : unescaped(pair.slice(equals + 1));
    if (key === undefined || value === undefined) return NOT_UTF8;
    if (value.includes('\0')) return refuse(400, 'field_nul', `The field ${shown(key)} must not contain a NUL.`);
    if (key === '') return UNNAMED;
    return key.includes('[') || key.includes(']') ? this.#nest(key, value) : this.#put(key, key, NONE, value);
  }

  done(): Result<Fields, Refusal> {
    const twin = this.#odd ? twinWithin(this.#tree.values, foldedBase) : undefined;
    if (twin !== undefined) return misfit(twin, 'duplicate');
    return ok({ values: this.#tree.values, nested: this.#nested ?? NONE });
  }

  #nest(key: string, value: string): Failure | undefined {
    if (!NESTED_KEY.test(key)) {
      return refuse(400, 'field_brackets', `The key ${shown(key)} must have the form a[b][c] or a[].`);
    }
    const base = key.slice(0, key.indexOf('['));
    const parts = key.slice(base.length + 1, -1).split('][');
    if (parts.length > FIELD_DEPTH_MAX) return TOO_DEEP;
    this.#nested ??= [];
    if (!this.#nested.includes(base)) this.#nested.push(base);
    return this.#put(key, base, parts, value);
  }

  #put(key: string, base: string, parts: readonly string[], value: string): Failure | undefined {
    const failure = this.#nameFailure(base);
    if (failure !== undefined) return failure;
    for (const part of parts) {
      const failure = this.#nameFailure(part);
      if (failure !== undefined) return failure;
    }
    const reason = this.#tree.put(base, parts, value);
    return reason === undefined ? undefined : misfit(key, reason);
  }

  #nameFailure(name: string): Failure | undefined {
    const fault = faultOf(name) ?? (isPlain(name) ? undefined : spellingFault(name));
    if (fault !== undefined) return refuse(400, 'field_name', `The field ${shown(name)} ${fault}; leave it out.`);
    if (!isPlain(name)) this.#odd = true;
    return undefined;
  }
}

/** What only forms make ambiguous: a second round of decoding, and spaces that some parsers trim. */
function spellingFault(name: string): string | undefined {
  if (hasEscape(name)) return 'is escaped twice';
  return name.startsWith(' ') || name.endsWith(' ') ? 'begins or ends with a space' : undefined;
}

function twinWithin(value: Json, fold: (name: string) => string): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const twin = Array.isArray(value) ? undefined : twinAmong(Object.keys(value), fold);
  if (twin !== undefined) return twin;
  for (const inner of Object.values(value)) {
    const found = twinWithin(inner, folded);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unescaped(text: string): string | undefined {
  return decode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

function misfit(key: string, reason: Misfit): Failure {
  const accepted =
    reason === 'duplicate'
      ? 'must be given once, in one spelling; lists are written a[]=1&a[]=2'
      : 'contradicts the ones before it: use a key as a scalar, as a[name], as a[], or as a[0], a[1] in order';
  return refuse(400, `field_${reason}`, `The key ${shown(key)} ${accepted}.`);
}

const TOO_MANY = refuse(400, 'field_count', `A query or form may hold at most ${FIELDS_MAX} fields.`);
const TOO_DEEP = refuse(400, 'field_depth', `A key may have at most ${FIELD_DEPTH_MAX} pairs of brackets.`);
const UNNAMED = refuse(400, 'field_unnamed', 'Every field of a query or form needs a name before its "=".');
const NOT_UTF8 = refuse(400, 'escape_invalid', 'Escapes in a query or form must be %XX and decode to valid UTF-8.');
const SEPARATOR = refuse(
  400,
  'field_separator',
  'A semicolon in a field must be written %3B: some parsers split fields at it.',
);
