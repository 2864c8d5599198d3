import type { Route } from '../engine/policy.ts';
import { readField, type Field } from './field.ts';

/** What a bulk call counts as whose list is missing or no list: more than any collar lets through. */
export const ITEMS_UNCOUNTABLE = Number.MAX_SAFE_INTEGER;

/** A list's length, or the number of an object's members: a form's `items[0][id]` arrives as `{ "0": … }`. */
export function itemsReader(field: Field): NonNullable<Route['items']> {
  const read = readField(field);
  return (request) => {
    const list = read(request);
    if (typeof list !== 'object' || list === null) return ITEMS_UNCOUNTABLE;
    return Array.isArray(list) ? list.length : Object.keys(list).length;
  };
}
