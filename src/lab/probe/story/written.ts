import type { Json } from '../../../std/canonical-json.ts';
import { parseForm } from '../../world/form.ts';
import type { ProbeRequest } from '../course.ts';

/** More fields of one request than these are counted. */
const FIELDS_SHOWN = 4;
/** Items of a list. */
const ITEMS_SHOWN = 2;
/** Letters of a value. */
const VALUE_LETTERS = 40;

/** What a request states, leaf by leaf, by place: `body.contacts`, `query.limit`. A list of plain values is one leaf. */
export function leavesOf({ target, headers, body }: ProbeRequest): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  for (const [name, value] of new URLSearchParams(target.split('?')[1] ?? '')) leaves.set(`query.${name}`, value);
  if (body !== undefined) gather('body', parsed(body, headers?.['content-type']), leaves);
  return leaves;
}

/** ` (contacts: c1, c2 and 3 more; subject: "Hello")`; nothing where no field is wanted. */
export function fieldsText(leaves: ReadonlyMap<string, Json>, wanted: (place: string, value: Json) => boolean): string {
  const told = [...leaves].filter(([place, value]) => wanted(place, value));
  if (told.length === 0) return '';
  const shown = told
    .slice(0, FIELDS_SHOWN)
    .map(([place, value]) => `${place.replace(/^(?:body|query)\./, '')}: ${valueText(value)}`);
  const more = told.length - shown.length;
  return ` (${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''})`;
}

function parsed(body: string, type = ''): Json {
  if (type.includes('form')) {
    const form = parseForm(body);
    return form.ok ? form.value : body;
  }
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

function gather(place: string, value: Json, into: Map<string, Json>): void {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    for (const [index, item] of value.entries()) gather(`${place}.${index}`, item as Json, into);
  } else if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value)) gather(`${place}.${key}`, member, into);
  } else {
    into.set(place, value);
  }
}

function valueText(value: Json): string {
  if (!Array.isArray(value)) return shortened(value);
  const shown = value.slice(0, ITEMS_SHOWN).map((item) => shortened(item as Json));
  const more = value.length - shown.length;
  return shown.length === 0 ? 'none' : `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function shortened(value: Json): string {
  const text =
    typeof value === 'string'
      ? /\s/.test(value) || value === ''
        ? JSON.stringify(value)
        : value
      : JSON.stringify(value);
  return text.length <= VALUE_LETTERS ? text : `${text.slice(0, VALUE_LETTERS - 1)}…`;
}
