import type { Json } from '../std/canonical-json.ts';
import { readJson } from '../door/normal/json.ts';

/** One value of a body, as a person reads it. */
export interface NamedValue {
  /** `amount`, `metadata[note]`; of JSON its path: `to.id`, `items[2].price`. */
  readonly name: string;
  readonly value: string;
}

/** What a text without fields is called. */
const WHOLE = 'body';

/**
 * A body field by field: a form decoded, JSON by its paths, anything else as one text. Nothing is left out, and no number is
 * rounded: what would not survive printing stays as it was sent.
 */
export function bodyFields(body: string | null, contentType: string): readonly NamedValue[] {
  if (body === null || body === '') return [];
  if (contentType.includes('x-www-form-urlencoded')) {
    return [...new URLSearchParams(body)].map(([name, value]) => ({ name, value }));
  }
  const json = readJson(body);
  return json.ok ? leaves('', json.value.value) : [{ name: WHOLE, value: body }];
}

function leaves(path: string, value: Json): readonly NamedValue[] {
  const name = path === '' ? WHOLE : path;
  if (typeof value !== 'object' || value === null) return [{ name, value: shown(value) }];
  const members = membersOf(path, value);
  if (members.length === 0) return [{ name, value: Array.isArray(value) ? '[]' : '{}' }];
  return members.flatMap(([within, member]) => leaves(within, member));
}

function membersOf(path: string, value: Json & object): readonly (readonly [path: string, member: Json])[] {
  if (Array.isArray(value)) return value.map((member: Json, index) => [`${path}[${index}]`, member]);
  return Object.entries(value).map(([name, member]) => [path === '' ? name : `${path}.${name}`, member]);
}

/** A text without its quotes, unless it could be taken for what it is not. */
function shown(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?|)$/.test(value) ? JSON.stringify(value) : value;
}
