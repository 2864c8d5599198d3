import type { Json } from '../../src/std/canonical-json.ts';
import { type Result, fail, ok } from '../../src/std/result.ts';
import { type Refusal, invalid, missing } from './errors.ts';
import { type Given, integer, optional, text } from './parameters.ts';

/** The parameters every list takes (https://docs.stripe.com/api/pagination). */
export const PAGE = {
  limit: optional(integer(1, 100)),
  starting_after: optional(text),
  ending_before: optional(text),
};

const LIMIT_DEFAULT = 10;

type Page<Item> = {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: readonly Item[];
};

/**
 * One page of `items`, newest first.
 * A cursor may be any object of the list, even one that `keep` leaves out: a deleted customer still marks a place.
 */
export function page<Item extends { readonly [key: string]: Json; readonly id: string }>(
  url: string,
  items: ReadonlyMap<string, Item>,
  given: Given<typeof PAGE>,
  keep: (item: Item) => boolean = () => true,
): Result<Page<Item>, Refusal> {
  const { limit = LIMIT_DEFAULT, starting_after: after, ending_before: before } = given;
  if (after !== undefined && before !== undefined) {
    return fail(invalid('You may give `starting_after` or `ending_before`, not both.', { param: 'ending_before' }));
  }
  for (const [param, cursor] of [
    ['starting_after', after],
    ['ending_before', before],
  ] as const) {
    if (cursor !== undefined && !items.has(cursor)) return fail(missing('object', cursor, param, 400));
  }
  const newestFirst = [...items.values()].toReversed();
  if (before !== undefined) {
    const newer = newestFirst.slice(0, indexOf(newestFirst, before)).filter(keep);
    return ok({ object: 'list', url, has_more: newer.length > limit, data: newer.slice(-limit) });
  }
  const rest = newestFirst.slice(after === undefined ? 0 : indexOf(newestFirst, after) + 1).filter(keep);
  return ok({ object: 'list', url, has_more: rest.length > limit, data: rest.slice(0, limit) });
}

function indexOf(items: readonly { readonly id: string }[], id: string): number {
  return items.findIndex((item) => item.id === id);
}
