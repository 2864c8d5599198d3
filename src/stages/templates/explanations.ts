import { canonicalJson, type Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { Request } from '../../engine/policy.ts';
import { ISO, type TimeForm } from '../../policy/index.ts';
import { isList, isObject } from '../json.ts';

/** How far an API's clock may be from the door's. */
const CLOCK_MS = 10_000;
/** More fields of a request are not looked through for where an answer has its values from. */
const FIELDS_MAX = 500;

/** The fields of a request by name, `body.amount`: single values, lists and objects. */
export function requestFields({ body, params, query }: Request): ReadonlyMap<string, Json> {
  const fields = new Map<string, Json>();
  const visit = (value: Json, path: string): void => {
    if (fields.size >= FIELDS_MAX) return;
    fields.set(path, value);
    if (!isObject(value)) return;
    for (const [name, inner] of Object.entries(value))
      if (/^[A-Za-z0-9_-]+$/.test(name)) visit(inner, `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(params)) fields.set(name, value);
  for (const [name, value] of Object.entries(isObject(body) ? body : {})) {
    if (/^[A-Za-z0-9_-]+$/.test(name)) visit(value, `body.${name}`);
  }
  for (const [name, value] of Object.entries(query)) if (/^[A-Za-z0-9_-]+$/.test(name)) visit(value, `query.${name}`);
  return fields;
}

/** The same text for values that differ at most as a form's texts differ from the values they mean. */
export function loosely(value: Json): string {
  return canonicalJson(textual(value));
}

function textual(value: Json): Json {
  if (value === null || typeof value === 'string') return value;
  if (isList(value)) return value.map(textual);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, textual(inner)]));
  return String(value);
}

/** The forms in which a value could be the moment of its call. */
export function timeForms(value: Json, at: Instant): readonly TimeForm[] {
  const isNear = (ms: number): boolean => Math.abs(ms - at) <= CLOCK_MS;
  if (typeof value === 'number') {
    return [
      ...(isNear(value * 1_000) ? (['seconds'] as const) : []),
      ...(isNear(value) ? (['milliseconds'] as const) : []),
    ];
  }
  if (typeof value !== 'string') return [];
  if (ISO.test(value)) return isNear(Date.parse(value)) ? ['date-time'] : [];
  return value === new Date(at).toISOString().slice(0, 10) ? ['date'] : [];
}

/** A text with the path's parameters in it, as a template of it; `undefined`: it has none in it. */
export function textWithParams(value: Json, params: Readonly<Record<string, string>>): string | undefined {
  if (typeof value !== 'string' || /[{}]/.test(value)) return undefined;
  const text = Object.entries(params).reduce(
    (now, [name, own]) => (own.length >= PARAM_LENGTH_MIN ? now.replaceAll(own, `{${name}}`) : now),
    value,
  );
  return text === value || /^\{[^{}]*\}$/.test(text) ? undefined : text;
}
/** Shorter, and it may stand in a text by chance. */
const PARAM_LENGTH_MIN = 4;
