import { isUtf8 } from 'node:buffer';
import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { faultOf, isPlain, twinAmong } from './names.ts';
import { numberFault } from './numbers.ts';
import { refuse, shown, type Refusal } from './refusal.ts';

/** Far deeper than any business document, far shallower than any parser's stack. */
export const JSON_DEPTH_MAX = 64;
/** Members and elements in the whole document: bounds the work of everything that looks at it. */
export const JSON_ITEMS_MAX = 10_000;

export interface JsonText {
  readonly value: Json;
  readonly text: string;
}

type Failure = ReturnType<typeof refuse>;

/**
 * Reads JSON that every parser reads alike (RFC 8259, with I-JSON's limits from RFC 7493), or refuses it.
 *
 * `JSON.parse` is the authority on syntax and values, but keeps the last of two equal keys without a word and rounds
 * numbers. So one pass over the text counts the members and checks each number, and one over the value counts the keys:
 * on valid JSON the counts differ exactly where a key came twice, however it was spelt.
 */
export function readJson(input: Buffer | string): Result<JsonText, Refusal> {
  if (typeof input !== 'string' && !isUtf8(input)) {
    return refuse(400, 'json_not_utf8', 'The JSON body must be valid UTF-8 (RFC 8259, 8.1).');
  }
  const text = typeof input === 'string' ? input : input.toString('utf8');
  const members = scan(text);
  if (typeof members !== 'number') return members;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return syntaxFailure(text, error);
  }
  const inspection = new Inspection(text.includes('\\u'));
  const failure = inspection.visit(value);
  if (failure !== undefined) return failure;
  if (inspection.keys !== members) {
    return refuse(400, 'json_duplicate_key', 'Each key of a JSON object must be given once, in one spelling.');
  }
  return ok({ value, text });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * How many members all objects have, or why a number, the depth or the size is refused.
 * INVARIANT: exact on valid JSON. Of anything else it may say what it likes, because `JSON.parse` refuses that.
 */
function scan(text: string): number | Failure {
  let members = 0;
  let items = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case 0x3a: // :
        members += 1;
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > JSON_DEPTH_MAX) return TOO_DEEP;
        items += 1;
        break;
      case 0x2c: // ,
        items += 1;
        if (items > JSON_ITEMS_MAX) return TOO_MANY;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x2d: // -
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39: {
        const end = endOfNumber(text, index);
        const fault = isShortInteger(text, index, end) ? undefined : numberFault(text.slice(index, end));
        if (fault !== undefined) return refuse(400, 'json_number', `A number in the JSON body ${fault}.`);
        index = end - 1;
        break;
      }
      default:
    }
  }
  return members;
}

/** The index of the quote that closes the string opened at `start`; the text's length where none does. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end += 1;
  return end;
}

/** Digits and `+ - . E e`. */
function isNumberPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || (code | 0x20) === 0x65;
}

/** At most 15 digits and nothing else: surely exact. */
function isShortInteger(text: string, start: number, end: number): boolean {
  if (end - start > 15) return false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** One walk over the parsed value. Recursion is bounded: the scan has seen the depth. */
class Inspection {
  keys = 0;
  /** Whether strings may hold what only `\u` can write: NUL and lone surrogates. */
  readonly #escapes: boolean;

  constructor(escapes: boolean) {
    this.#escapes = escapes;
  }

  visit(value: Json): Failure | undefined {
    if (typeof value === 'string') return this.#escapes ? stringFailure(value) : undefined;
    if (value === null || typeof value !== 'object') return undefined;
    if (!Array.isArray(value)) return this.#members(value as Readonly<Record<string, Json>>);
    for (const element of value) {
      const failure = this.visit(element as Json);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #members(object: Readonly<Record<string, Json>>): Failure | undefined {
    let odd = false;
    for (const key in object) {
      this.keys += 1;
      const fault = faultOf(key);
      if (fault !== undefined) return refuse(400, 'json_key', `The JSON key ${shown(key)} ${fault}.`);
      if (!isPlain(key)) odd = true;
      const failure = this.visit(object[key] as Json);
      if (failure !== undefined) return failure;
    }
    const twin = odd ? twinAmong(Object.keys(object)) : undefined;
    if (twin === undefined) return undefined;
    return refuse(
      400,
      'json_duplicate_key',
      `The JSON key ${shown(twin)} repeats another one in other letters or another case.`,
    );
  }
}

function stringFailure(value: string): Failure | undefined {
  if (value.includes('\0')) return refuse(400, 'json_nul', 'Strings in the JSON body must not contain \\u0000.');
  if (!value.isWellFormed())
    return refuse(400, 'json_surrogate', 'Strings in the JSON body must be valid Unicode, without lone surrogates.');
  return undefined;
}

/** Never repeats the parser's message, which quotes the body; only the place it names. */
function syntaxFailure(text: string, error: unknown): Failure {
  if (text.startsWith('\uFEFF')) return refuse(400, 'json_bom', 'The JSON body must not begin with a byte order mark.');
  const position = /at position (\d+)/.exec(String(error))?.[1];
  const place = position === undefined ? '' : ` near character ${position}`;
  return refuse(400, 'json_invalid', `The body is not valid JSON (RFC 8259)${place}.`);
}

const TOO_DEEP = refuse(400, 'json_too_deep', `JSON may be nested at most ${JSON_DEPTH_MAX} deep.`);
const TOO_MANY = refuse(400, 'json_too_large', `A JSON body may hold at most ${JSON_ITEMS_MAX} members and elements.`);
