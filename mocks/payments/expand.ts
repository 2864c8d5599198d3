import type { Json } from '../../src/std/canonical-json.ts';
import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { type Refusal, invalid } from './errors.ts';
import { list } from './parameters.ts';

const PROPERTIES = new Set(['charge', 'customer', 'latest_charge', 'payment_intent']);
/** Stripe's own limit (https://docs.stripe.com/api/expanding_objects). */
const DEPTH_MAX = 4;

/** Checks `expand[]` before anything happens: `customer`, `data.charge.customer`. */
export function expansions(given: Json): Result<readonly (readonly string[])[], Refusal> {
  const paths = list(given, 'expand');
  if (!paths.ok) return paths;
  const split = paths.value.map((path) => path.split('.'));
  const wrong = split.find(
    (path) =>
      path.length > DEPTH_MAX || !path.every((part, at) => PROPERTIES.has(part) || (at === 0 && part === 'data')),
  );
  if (wrong === undefined) return ok(split);
  return fail(invalid(`This property cannot be expanded (${wrong.join('.')}).`, { param: 'expand' }));
}

/** Puts the whole object where its id stands. What is null or not there stays as it is. */
export function expand(books: Books, value: Json, path: readonly string[]): Json {
  const [part, ...rest] = path;
  if (Array.isArray(value)) return value.map((item: Json) => expand(books, item, path));
  if (typeof value === 'string') {
    const found = books.find(value);
    return found === undefined ? value : expand(books, found, path);
  }
  if (part === undefined || value === null || typeof value !== 'object') return value;
  const object = value as { readonly [key: string]: Json };
  const member = object[part];
  return member === undefined ? value : { ...object, [part]: expand(books, member, rest) };
}
