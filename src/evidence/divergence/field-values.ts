import type { Json } from '../../std/canonical-json.ts';
import { readFields } from '../../door/normal/fields.ts';
import { SEALED } from '../../journal/index.ts';
import { readField, type Field } from '../../policy/index.ts';
import type { Intent } from '../intents/intent.ts';
import { fieldText } from './act.ts';

/** Stands for a value that a request lacks: no text that {@link fieldText} could be mistaken for. */
export const ABSENT = '\u0000absent';

/** How {@link revealed} writes a sealed value that nobody can open any more. */
const GONE = /^\[(?:erased|lost)\]$/;

/**
 * What a request has at each of these fields. One that cannot be read is left out, for nobody can compare it: personal data that
 * is sealed, or was erased.
 */
export function fieldValues(
  intent: Pick<Intent, 'target' | 'body' | 'contentType'>,
  fields: ReadonlyMap<string, Field>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (fields.size === 0) return values;
  const body = bodyOf(intent);
  const read = { method: '', params: {}, query: queryOf(intent.target), headers: {}, body: body.value };
  for (const [name, field] of fields) {
    if (field.kind === 'body' && !body.readable) continue;
    const value = readField(field)(read);
    const text = value === undefined ? ABSENT : fieldText(value);
    if (text.search(SEALED) === -1 && !GONE.test(text)) values.set(name, text);
  }
  return values;
}

function queryOf(target: string): Readonly<Record<string, Json>> {
  const start = target.indexOf('?');
  return start === -1 ? {} : formOf(target.slice(start + 1));
}

interface ReadBody {
  readonly readable: boolean;
  readonly value: Json | undefined;
}

/** The door took it, so it has one reading, unless it is sealed whole, or a body that nobody reads. */
function bodyOf({ body, contentType }: Pick<Intent, 'body' | 'contentType'>): ReadBody {
  if (body === null || body === '') return { readable: true, value: undefined };
  if (contentType?.includes('x-www-form-urlencoded') === true) return { readable: true, value: formOf(body) };
  try {
    return { readable: true, value: JSON.parse(body) as Json };
  } catch {
    return { readable: false, value: undefined };
  }
}

function formOf(text: string): Readonly<Record<string, Json>> {
  const read = readFields(text);
  return read.ok ? read.value.values : {};
}
