import { isUtf8 } from 'node:buffer';
import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { isPlain } from '../../std/folded.ts';
import { faultOf, twinAmong } from './names.ts';
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
  if (typeof input === 'string' ? !input.isWellFormed() : !isUtf8(input)) {
    return refuse(400, 'json_not_utf8', 'The JSON body must be valid UTF-8 (RFC 8259, 8.1).');
  }
  const text = typeof input === 'string' ? input : input.toString('utf8');
  const members = scan(text);
  if (typeof members !== 'number') return members;
  let value: Json;
  try {
    value = JSON.parse(text);
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
const COLON = 0x3a;
const COMMA = 0x2c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const LETTER_E = 0x65;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

/**
 * How many members all objects have, or why a number, the depth or the size is refused.
 * INVARIANT: exact on valid JSON. Of anything else it may say what it likes, because `JSON.parse` refuses that.
 */
function scan(text: string): number | Failure {
  let members = 0;
  let items = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
    } else if (code === COLON) {
      members += 1;
    } else if (code === COMMA) {
      items += 1;
      if (items > JSON_ITEMS_MAX) return TOO_MANY;
    } else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, index);
      const fault = isShortDecimal(text, index, end) ? undefined : numberFault(text.slice(index, end));
      if (fault !== undefined) return refuse(400, 'json_number', `A number in the JSON body ${fault}.`);
      index = end - 1;
    } else if (code === BRACE || code === BRACKET) {
      items += 1;
      depth += 1;
      if (depth > JSON_DEPTH_MAX) return TOO_DEEP;
    } else if (code === BRACE_END || code === BRACKET_END) {
      depth -= 1;
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

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Digits and `. + - E e`. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === POINT || code === PLUS || code === MINUS || (code | 0x20) === LETTER_E;
}

/** At most 15 characters, no sign and no exponent: a double holds it exactly enough to print it again (DBL_DIG). */
function isShortDecimal(text: string, start: number, end: number): boolean {
  if (end - start > 15) return false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (!isDigit(code) && code !== POINT) return false;
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
    if (!isList(value)) return this.#members(value);
    for (const element of value) {
      const failure = this.visit(element);
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
      const failure = this.visit(object[key] ?? null);
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

/** `Array.isArray` does not narrow read-only lists. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
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
