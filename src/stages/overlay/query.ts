import type { Json } from '../../std/canonical-json.ts';
import { isList, isObject, memberOf } from '../json.ts';

type Query = Readonly<Record<string, Json>>;

/** How many items a page has. */
const SIZE = /^(?:limit|per_?page|page_?size|size|count|first|\$?top|max_?results|rows|take)$/i;
/** Where a page begins. */
const POSITION =
  /^(?:page|page_?number|offset|\$?skip|start|starting_after|ending_before|cursor|after|before|page_?token|next|next_?token|continuation(?:_?token)?|marker|\$?skiptoken)$/i;
const ORDER = /^(?:sort|sort_?by|sort_?order|order|order_?by|\$orderby|direction|dir|ordering)$/i;
/** What shape the items have: of one that does not exist, nobody knows it. */
const SHAPE = /^(?:expand|\$?expand|include|includes|fields|\$?select|embed|view|with)$/i;

/** What a list was asked for. */
export interface Asked {
  readonly isFirst: boolean;
  /** Whether it asks for a page of some size. */
  readonly hasSize: boolean;
  /** Whether it reads backwards from somewhere. */
  readonly isBackwards: boolean;
  readonly hasOrder: boolean;
  readonly hasShape: boolean;
  /** The values that say where the page begins. */
  readonly positions: readonly string[];
  readonly filters: readonly Filter[];
}

export interface Filter {
  readonly name: string;
  readonly value: Json;
}

export function askedOf(query: Query): Asked {
  const entries = Object.entries(query).map(([name, value]) => ({ name, value }));
  const positions = entries.filter(({ name }) => POSITION.test(name));
  const known = [SIZE, POSITION, ORDER, SHAPE];
  return {
    isFirst: positions.every(({ name, value }) => /page|offset|skip|start$/i.test(name) && isStart(name, value)),
    hasSize: entries.some(({ name }) => SIZE.test(name)),
    isBackwards: positions.some(({ name }) => /before/i.test(name)),
    hasOrder: entries.some(({ name }) => ORDER.test(name)),
    hasShape: entries.some(({ name }) => SHAPE.test(name)),
    positions: positions.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    filters: entries.filter(({ name }) => !known.some((words) => words.test(name))),
  };
}

/** Page 1 is the first, and so is the place 0. */
function isStart(name: string, value: Json): boolean {
  if (isObject(value)) return Object.entries(value).every(([key, inner]) => SIZE.test(key) || isStart(key, inner));
  return value === '0' || (value === '1' && /page|number/i.test(name));
}

/**
 * Whether an item is one that a list with this filter has; `undefined`: nobody can tell. A filter that is called as a member
 * of the item asks for that value; one with `gt`, `gte`, `lt` or `lte` in it asks for a range of it.
 */
export function passes(item: Json, { name, value }: Filter): boolean | undefined {
  const own = memberOf(item, name);
  if (own === undefined) return undefined;
  if (isObject(value)) return withinRange(own, Object.entries(value));
  const wanted = isList(value) ? value : [value];
  if (wanted.some((one) => typeof one !== 'string')) return undefined;
  if (isList(own) || isObject(own)) return undefined;
  if (wanted.includes(String(own))) return true;
  // `a,b` may be a list, `>5` a comparison, `x*` a pattern: each API has its own.
  return wanted.every((one) => typeof one === 'string' && /^[\w@.+:-]*$/.test(one)) ? false : undefined;
}

function withinRange(own: Json, bounds: readonly (readonly [string, Json])[]): boolean | undefined {
  const value = ordinalOf(own);
  if (value === undefined || bounds.length === 0) return undefined;
  let all = true;
  for (const [name, text] of bounds) {
    const compare = COMPARE.get(name.toLowerCase());
    const bound = ordinalOf(text);
    if (compare === undefined || bound === undefined) return undefined;
    all &&= compare(value, bound);
  }
  return all;
}

const COMPARE: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['gt', (a, b) => a > b],
  ['gte', (a, b) => a >= b],
  ['lt', (a, b) => a < b],
  ['lte', (a, b) => a <= b],
]);

const ISO_START = /^\d{4}-\d{2}-\d{2}/;

/** Something that comes before or after: a number, or a moment. */
export function ordinalOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d{1,15}(?:\.\d{1,6})?$/.test(value)) return Number(value);
  const moment = ISO_START.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

/** Whether a filter means what it seems to. */
export type IsMeant = (filter: Filter) => boolean;

/** Held against real items that passed it: where one of those does not, the filter means something else. Each is looked at once. */
export function meantBy(real: readonly Json[]): IsMeant {
  const known = new Map<Filter, boolean>();
  return (filter) => {
    let isMeant = known.get(filter);
    if (isMeant === undefined) known.set(filter, (isMeant = real.every((one) => passes(one, filter) === true)));
    return isMeant;
  };
}

/** Where there is nothing to hold a filter against. */
export const AS_IT_SEEMS: IsMeant = () => true;

/** Whether an item passes all filters; `undefined`: nobody can tell. */
export function passesAll(item: Json, filters: readonly Filter[], isMeant: IsMeant): boolean | undefined {
  let all: boolean | undefined = true;
  for (const filter of filters) {
    const passed = isMeant(filter) ? passes(item, filter) : undefined;
    if (passed === false) return false;
    if (passed === undefined) all = undefined;
  }
  return all;
}
