import type { Json } from '../../std/canonical-json.ts';
import { isList, isObject, memberOf, withMember, withValue, type JsonObject } from '../json.ts';

/** Where a list's answer has its items, and how it counts them. */
export interface Envelope {
  readonly items: readonly Json[];
  /** Whether more pages follow; `undefined`: it does not say. */
  readonly hasMore: boolean | undefined;
  /** Whether it counts all items of the list, over all pages. */
  readonly hasTotal: boolean;
  /** How many items it says there are, over all pages; `undefined`: it does not say. */
  readonly total: number | undefined;
  /** @param total by how much the whole list is longer */
  readonly with: (items: readonly Json[], total: number) => Json;
}

const ITEMS = /^(?:data|items|results?|values?|records|entries|resources|elements|objects|list|rows|content|nodes)$/i;
const TOTAL = /^(?:total|total_?(?:count|items|results|elements|records|entries|rows)|num_?found|record_?count)$/i;
/** Of the page or of the whole list: told apart by what it says. */
const COUNT = /^(?:count|size|number_?of_?elements|items_?count|length)$/i;
const MORE = /^(?:has_?more|has_?next(?:_?page)?|more|more_?available)$/i;
const LAST = /^(?:last|is_?last(?:_?page)?)$/i;
const NEXT = /^(?:next|next_?(?:page|cursor|token|page_?token|link|url)|\$?next_?link)$/i;
/** Where members about the page stand, if not beside the items. */
const ABOUT = /^(?:meta|metadata|page|paging|pagination|page_?info|links|_links|response_metadata)$/i;

/** `undefined` where a body is no list that can be told: several of its members are lists of objects, or none. */
export function envelopeOf(body: Json, word: string): Envelope | undefined {
  if (isList(body))
    return { items: body, hasMore: undefined, hasTotal: false, total: undefined, with: (items) => items };
  if (!isObject(body)) return undefined;
  const name = listName(body, word);
  if (name === undefined) return undefined;
  const items = body[name] as readonly Json[];
  const about = membersAbout(body, name);
  const counts = about.filter(
    ({ value, name: own }) => Number.isSafeInteger(value) && (TOTAL.test(own) || COUNT.test(own)),
  );
  const hasMore = moreOf(about);
  const isOfAll = ({ name: own, value }: About): boolean => TOTAL.test(own) || value !== items.length;
  return {
    items,
    hasMore,
    hasTotal: counts.some(isOfAll),
    total: counts.find(({ name: own }) => TOTAL.test(own))?.value as number | undefined,
    with: (changed, total) => {
      const start: Json = withMember(body, name, changed);
      return counts.reduce<Json>((now, count) => {
        const more = isOfAll(count) ? total : changed.length - items.length;
        return withValue(now, count.path, Math.max(0, (count.value as number) + more));
      }, start);
    },
  };
}

function listName(body: JsonObject, word: string): string | undefined {
  const lists = Object.entries(body).flatMap(([name, value]) => (isList(value) && value.every(isObject) ? [name] : []));
  if (lists.length === 1) return lists[0];
  const plain = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase();
  return lists.find((name) => plain(name) === plain(word)) ?? only(lists.filter((name) => ITEMS.test(name)));
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

interface About {
  readonly path: readonly string[];
  readonly name: string;
  readonly value: Json;
}

function membersAbout(body: JsonObject, items: string): readonly About[] {
  return Object.entries(body).flatMap(([name, value]): About[] => {
    if (name === items) return [];
    if (!isObject(value) || !ABOUT.test(name)) return [{ path: [name], name, value }];
    return Object.entries(value).map(([inner, own]) => ({ path: [name, inner], name: inner, value: own }));
  });
}

function moreOf(about: readonly About[]): boolean | undefined {
  for (const { name, value } of about) {
    if (MORE.test(name) && typeof value === 'boolean') return value;
    if (LAST.test(name) && typeof value === 'boolean') return !value;
    if (NEXT.test(name)) return value !== null && value !== '' && value !== false;
  }
  return undefined;
}

/** The item itself, where another list wraps it: `{ "order": { … } }` is listed as `{ … }`. */
export function unwrapped(item: Json, idNames: readonly string[]): Json {
  if (!isObject(item)) return item;
  const names = Object.keys(item);
  const [name] = names;
  if (name === undefined || names.length > 1) return item;
  const isWrapper = name === 'data' || idNames.includes(`${name}_id`);
  const inner = memberOf(item, name);
  return isWrapper && isObject(inner) ? inner : item;
}

/** What an item calls itself, as a text; `undefined`: nothing. */
export function idOf(item: Json | undefined, idNames: readonly string[]): string | undefined {
  for (const name of idNames) {
    const id = memberOf(item, name);
    if ((typeof id === 'string' && id !== '') || typeof id === 'number') return String(id);
  }
  return undefined;
}
