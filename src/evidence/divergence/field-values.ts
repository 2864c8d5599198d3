import type { Json } from '../../std/canonical-json.ts';
import { readFields } from '../../door/normal/fields.ts';
import { SEALED } from '../../journal/index.ts';
import { readField, type Field } from '../../policy/index.ts';
import type { Intent } from '../intents/intent.ts';
import { fieldText } from './act.ts';

/** Stands for a value that a request lacks: no text that {@link fieldText} could be mistaken for. */
export const ABSENT = '\u0000absent';

/**
 * What a request has at each of these fields. One that is personal data, sealed, is left out: nobody compares what cannot be
 * read.
 */
export function fieldValues(
  intent: Pick<Intent, 'target' | 'body' | 'contentType'>,
  fields: ReadonlyMap<string, Field>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (fields.size === 0) return values;
  const request = { method: '', params: {}, query: queryOf(intent.target), headers: {}, body: bodyOf(intent) };
  for (const [name, field] of fields) {
    const value = readField(field)(request);
    const text = value === undefined ? ABSENT : fieldText(value);
    if (!text.match(SEALED)) values.set(name, text);
  }
  return values;
}

function queryOf(target: string): Readonly<Record<string, Json>> {
  const start = target.indexOf('?');
  return start === -1 ? {} : formOf(target.slice(start + 1));
}

/** The door took it, so it has one reading. */
function bodyOf({ body, contentType }: Pick<Intent, 'body' | 'contentType'>): Json | undefined {
  if (body === null || body === '') return undefined;
  if (contentType?.includes('x-www-form-urlencoded') === true) return formOf(body);
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

function formOf(text: string): Readonly<Record<string, Json>> {
  const read = readFields(text);
  return read.ok ? read.value.values : {};
}
