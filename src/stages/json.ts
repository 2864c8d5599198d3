import type { Json } from '../std/canonical-json.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** A number as it was written, where a double would write it otherwise: `12345678901234567890`, `1.50`. */
type RawNumber = { readonly rawJSON: string };
const exactly = JSON as typeof JSON & {
  readonly rawJSON: (text: string) => RawNumber;
  readonly isRawJSON: (value: unknown) => boolean;
};

/**
 * JSON whose numbers come out again as they were written, whatever else is changed in it; `undefined` where it is none, or
 * nested deeper than this machine's stack. A number that a double cannot hold is no number here, and nothing compares equal to it.
 */
export function parseExactly(text: string): Json | undefined {
  try {
    const reviver = (_key: string, value: unknown, context: { readonly source?: string }): unknown =>
      typeof value === 'number' && context.source !== undefined && String(value) !== context.source
        ? exactly.rawJSON(context.source)
        : value;
    return JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as Json;
  } catch {
    return undefined;
  }
}

/** `undefined` where it is nested deeper than this machine's stack. */
export function stringify(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !exactly.isRawJSON(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Own members only: `__proto__` is a name like any other. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** An object of these members; the last of a name counts, and `__proto__` is one. */
export function objectOf(members: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(members);
}

/** The object with one member set. */
export function withMember(object: JsonObject, name: string, value: Json): JsonObject {
  return objectOf([...Object.entries(object), [name, value]]);
}

export function withoutMember(object: JsonObject, name: string): JsonObject {
  return objectOf(Object.entries(object).filter(([key]) => key !== name));
}

/** The value with another in one place of it; objects on the way are made where there are none. */
export function withValue(value: Json | undefined, [step, ...rest]: readonly string[], inner: Json): Json {
  if (step === undefined) return inner;
  const object = isObject(value) ? value : {};
  return withMember(object, step, withValue(memberOf(object, step), rest, inner));
}
