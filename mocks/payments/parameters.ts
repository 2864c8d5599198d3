import type { Json } from '../../src/std/canonical-json.ts';
import { isCurrency } from '../../src/std/money.ts';
import { type Result, fail, ok } from '../../src/std/result.ts';
import { type Refusal, invalid } from './errors.ts';

/** Reads one parameter. Form values are strings; numbers and booleans pass too, for calls made without HTTP. */
export type Field<Value> = (given: Json | undefined, param: string) => Result<Value, Refusal>;

export type Fields = Readonly<Record<string, Field<unknown>>>;

export type Given<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

/** Reads all parameters, or refuses with the first that is unknown, missing or wrong. `besides` is read elsewhere. */
export function read<F extends Fields>(
  fields: F,
  input: Readonly<Record<string, Json>>,
  besides?: string,
): Result<Given<F>, Refusal> {
  const unknown = Object.keys(input).filter((name) => name !== besides && !Object.hasOwn(fields, name));
  if (unknown.length > 0) {
    const noun = unknown.length === 1 ? 'parameter' : 'parameters';
    const about = { code: 'parameter_unknown', param: unknown[0] as string };
    return fail(invalid(`Received unknown ${noun}: ${unknown.join(', ')}`, about));
  }
  const values: Record<string, unknown> = {};
  for (const name in fields) {
    const value = (fields[name] as Field<unknown>)(input[name], name);
    if (!value.ok) return value;
    values[name] = value.value;
  }
  return ok(values as Given<F>);
}

export const optional =
  <Value>(field: Field<Value>): Field<Value | undefined> =>
  (given, param) =>
    given === undefined ? ok(undefined) : field(given, param);

export const text: Field<string> = (given, param) => {
  if (given === undefined) return absent(param);
  if (typeof given !== 'string') return fail(invalid(`Invalid string: ${JSON.stringify(given)}`, { param }));
  if (given === '') {
    return fail(invalid(`You passed an empty string for '${param}'.`, { code: 'parameter_invalid_empty', param }));
  }
  return ok(given);
};

export const integer =
  (min: number, max: number): Field<number> =>
  (given, param) => {
    if (given === undefined) return absent(param);
    const digits = typeof given === 'number' ? String(given) : given;
    const about = { code: 'parameter_invalid_integer', param };
    if (typeof digits !== 'string' || !/^-?\d{1,15}$/.test(digits)) {
      return fail(invalid(`Invalid integer: ${typeof digits === 'string' ? digits : JSON.stringify(digits)}`, about));
    }
    const value = Number(digits);
    if (value < min) return fail(invalid(`This value must be greater than or equal to ${min}.`, about));
    if (value > max) return fail(invalid(`This value must be less than or equal to ${max}.`, about));
    return ok(value);
  };

/** Minor units, up to eight digits. */
export const amount: Field<number> = integer(1, 99_999_999);

export const currency: Field<string> = (given, param) => {
  const code = text(given, param);
  if (!code.ok) return code;
  const lower = code.value.toLowerCase();
  return isCurrency(lower.toUpperCase()) ? ok(lower) : fail(invalid(`Invalid currency: ${code.value}.`, { param }));
};

export const oneOf =
  <const Value extends string>(...values: readonly Value[]): Field<Value> =>
  (given, param) => {
    const value = values.find((candidate) => candidate === given);
    if (value !== undefined) return ok(value);
    return given === undefined
      ? absent(param)
      : fail(invalid(`Invalid ${param}: must be one of ${values.join(', ')}`, { param }));
  };

export const flag: Field<boolean> = (given, param) => {
  if (given === undefined) return absent(param);
  if (given === true || given === 'true') return ok(true);
  if (given === false || given === 'false') return ok(false);
  return fail(invalid(`Invalid boolean: ${JSON.stringify(given)}`, { param }));
};

/** `metadata[k]=v`: up to 50 keys of 40 characters with values of 500 (https://docs.stripe.com/api/metadata). */
export const hash: Field<Readonly<Record<string, string>>> = (given, param) => {
  if (given === undefined) return absent(param);
  if (given === '') return ok({});
  if (given === null || typeof given !== 'object') return fail(invalid('Invalid object', { param }));
  const members = Object.entries(given as Readonly<Record<string, Json>>);
  const flat = members.flatMap(([key, value]) => (typeof value === 'object' ? [] : [[key, String(value)] as const]));
  if (flat.length < members.length) return fail(invalid(`Invalid ${param}: values are strings.`, { param }));
  const fits = flat.length <= 50 && flat.every(([key, value]) => key.length <= 40 && value.length <= 500);
  if (!fits) return fail(invalid(`Too much ${param}: 50 keys of 40 characters, values of 500.`, { param }));
  return ok(Object.fromEntries(flat));
};

export const list: Field<readonly string[]> = (given, param) =>
  Array.isArray(given) && given.every((item) => typeof item === 'string')
    ? ok(given)
    : fail(invalid('Invalid array', { param }));

/** `created=1700000000`, or `created[gte]=…` with `gt`, `gte`, `lt`, `lte`: a predicate over seconds. */
export const during: Field<(created: number) => boolean> = (given, param) => {
  if (typeof given !== 'object') {
    const exact = integer(0, Number.MAX_SAFE_INTEGER)(given, param);
    return exact.ok ? ok((created) => created === exact.value) : exact;
  }
  const bound = optional(integer(0, Number.MAX_SAFE_INTEGER));
  const bounds = read({ gt: bound, gte: bound, lt: bound, lte: bound }, given as Readonly<Record<string, Json>>);
  if (!bounds.ok) return bounds;
  const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = bounds.value;
  return ok((created) => created > gt && created >= gte && created < lt && created <= lte);
};

function absent(param: string): Result<never, Refusal> {
  return fail(invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param }));
}
