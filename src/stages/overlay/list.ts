import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import { isMoment, type Order } from '../../policy/index.ts';
import { isObject } from '../json.ts';
import { applyChanges, touched } from './change.ts';
import { envelopeOf, idOf, unwrapped, type Envelope } from './envelope.ts';
import { askedOf, meantBy, ordinalOf, passesAll, type Asked, type Filter, type IsMeant } from './query.ts';
import type { ItemState } from './session.ts';

/** One list that was read, and what the session did to things of it. */
export interface ListRead {
  readonly query: Readonly<Record<string, Json>>;
  /** What it is below, as a filter that its path stands for. */
  readonly within: Filter | undefined;
  /** The last word of its path: `refunds`. */
  readonly word: string;
  readonly idNames: readonly string[];
  /** Items that the session made there, in the order in which it did. */
  readonly created: readonly ItemState[];
  /** Real items of the list's that the session changed, by their ids. */
  readonly changed: ReadonlyMap<string, ItemState>;
  /** Items of other lists that this one may show too, by their ids. */
  readonly foreign: ReadonlyMap<string, ItemState>;
  /** Writes that may have made things of this list, and nobody can tell. */
  readonly uncertain: readonly CallId[];
  /** How the list is ordered, where the policy or a template knows. */
  readonly order: Order | undefined;
  readonly described: ReadonlySet<string>;
}

export interface Merged {
  readonly body: Json;
  readonly merged: ReadonlySet<CallId>;
  readonly unmerged: ReadonlySet<CallId>;
}

/** A page of a list with what the session did: items changed in their places, deleted ones taken out, new ones put in. */
export function mergeList(body: Json, read: ListRead): Merged {
  const envelope = envelopeOf(body, read.word);
  const merging = new Merging(read, envelope?.items ?? []);
  if (envelope === undefined) {
    for (const state of [...read.created, ...read.changed.values()]) merging.leave(state);
    // Of what other lists have, nobody knows whether it is here.
    return merging.result(body);
  }
  const kept = merging.change(envelope.items);
  const all = merging.insert(kept, envelope);
  merging.missing(envelope);
  return merging.result(envelope.with(all, merging.total));
}

class Merging {
  readonly #read: ListRead;
  readonly #real: readonly Json[];
  readonly #asked: Asked;
  readonly #isMeant: IsMeant;
  readonly #merged = new Set<CallId>();
  readonly #unmerged: Set<CallId>;
  readonly #seen = new Set<string>();
  /** By how much the whole list is longer than the upstream says. */
  total = 0;

  constructor(read: ListRead, real: readonly Json[]) {
    this.#read = read;
    this.#real = real;
    this.#isMeant = meantBy(real);
    const asked = askedOf(read.query);
    this.#asked = read.within === undefined ? asked : { ...asked, filters: [...asked.filters, read.within] };
    this.#unmerged = new Set(read.uncertain);
  }

  result(body: Json): Merged {
    return { body, merged: this.#merged, unmerged: this.#unmerged };
  }

  leave({ created, changes }: ItemState): void {
    if (created !== undefined) this.#unmerged.add(created.call);
    for (const { call } of changes) this.#unmerged.add(call);
  }

  /** The real items of the page as the session left them. */
  change(items: readonly Json[]): readonly Json[] {
    const { changed, foreign, idNames, described } = this.#read;
    if (changed.size === 0 && foreign.size === 0) return items;
    return items.flatMap((item) => {
      const id = idOf(item, idNames);
      const state = id === undefined ? undefined : (changed.get(id) ?? foreign.get(id));
      if (id === undefined || state === undefined) return [item];
      this.#seen.add(id);
      const after = applyChanges(item, state.changes, described);
      for (const call of after.merged) this.#merged.add(call);
      for (const call of after.unmerged) this.#unmerged.add(call);
      if (!after.isDeleted && this.#stays(after.item, state)) return [after.item];
      this.total -= 1;
      return [];
    });
  }

  /** Whether a changed item is still one that was asked for; where nobody can tell it stays, and that is said. */
  #stays(item: Json, state: ItemState): boolean {
    const filters = this.#asked.filters.filter(({ name }) => touches(state, name));
    const passed = passesAll(item, filters, this.#isMeant);
    if (passed === undefined) this.leave(state);
    return passed !== false;
  }

  /** Changed items that are not on this page, and could be, or count in its total. */
  missing({ hasTotal }: Envelope): void {
    for (const [id, state] of this.#read.changed) {
      if (this.#seen.has(id)) continue;
      const isDeleted = state.changes.some(({ kind }) => kind === 'delete');
      const concerned = this.#asked.filters.some(({ name }) => touches(state, name));
      if (!isDeleted && concerned) this.leave(state);
      if (!isDeleted || !hasTotal) continue;
      const passed =
        state.base === undefined ? undefined : passesAll(state.base.item, this.#asked.filters, this.#isMeant);
      if (passed === undefined) this.leave(state);
      if (passed === true) {
        this.total -= 1;
        for (const { call } of state.changes) this.#merged.add(call);
      }
    }
  }

  /** The page with what the session made, where the page's own order says. */
  insert(items: readonly Json[], envelope: Envelope): readonly Json[] {
    const { created, idNames, described } = this.#read;
    const news: New[] = [];
    const isWrapped = this.#real.some((one) => unwrapped(one, idNames) !== one);
    for (const state of created) {
      const now = applyChanges(state.created?.item ?? null, state.changes, described);
      if (now.isDeleted || state.created === undefined) continue;
      const value = isWrapped ? now.item : unwrapped(now.item, idNames);
      const passed = this.#asked.hasShape ? undefined : passesAll(value, this.#asked.filters, this.#isMeant);
      if (passed === false) continue;
      if (passed === undefined) this.leave(state);
      else news.push({ state, value });
    }
    if (news.length === 0) return items;
    const order = this.#order(news) ?? (this.#isWhole(envelope) ? IF_UNKNOWN : undefined);
    if (order === undefined) {
      for (const { state } of news) this.leave(state);
      return items;
    }
    this.total += news.length;
    const isHere = this.#isHere(order, envelope);
    if (isHere === undefined) for (const { state } of news) this.leave(state);
    if (isHere !== true) {
      if (isHere === false && envelope.hasTotal) for (const { state } of news) this.#show(state);
      return items;
    }
    for (const { state } of news) this.#show(state);
    const values = news.map(({ value }) => value);
    return order === 'newest-first' ? [...values.toReversed(), ...items] : [...items, ...values];
  }

  #show({ created, changes }: ItemState): void {
    if (created !== undefined) this.#merged.add(created.call);
    for (const { call } of changes) this.#merged.add(call);
  }

  /** The order that the real items are in, by the moment of which new ones have the newest; one or none are in no order. */
  #order(news: readonly New[]): Order | undefined {
    const { order } = this.#read;
    if (this.#asked.hasOrder) return undefined;
    if (order !== undefined) return order;
    const moment = momentOf(news[0]?.value);
    if (moment === undefined) return undefined;
    const times = [...this.#real].map((item) => (isObject(item) ? ordinalOf(item[moment]) : undefined));
    if (times.some((time) => time === undefined)) return undefined;
    const known = times as number[];
    const falls = known.every((time, index) => index === 0 || time <= (known[index - 1] as number));
    const rises = known.every((time, index) => index === 0 || time >= (known[index - 1] as number));
    if (falls === rises) return undefined;
    return falls ? 'newest-first' : 'oldest-first';
  }

  /**
   * Whether this page is all of its list, in no order that was asked for. What is new is on it then, whatever the order:
   * an agent that looks whether it did something already must find it. A page that does not say whether it is all is, where it
   * has at most one item without being asked for so few.
   */
  #isWhole({ items, hasMore, total }: Envelope): boolean {
    const { isFirst, isBackwards, hasOrder, hasSize } = this.#asked;
    if (!isFirst || isBackwards || hasOrder) return false;
    if (hasMore !== undefined || total !== undefined) return hasMore !== true && (total ?? 0) <= items.length;
    return items.length === 0 || (items.length === 1 && !hasSize);
  }

  /** Whether what is new stands on this page: the first of a list that begins with the newest, the last of another. */
  #isHere(order: Order, { hasMore }: Envelope): boolean | undefined {
    if (this.#asked.isBackwards) return undefined;
    if (order === 'newest-first') return this.#asked.isFirst;
    return hasMore === undefined ? undefined : !hasMore;
  }
}

/** Where new items of a whole list go whose order nobody knows: most lists begin with the newest. */
const IF_UNKNOWN: Order = 'newest-first';

interface New {
  readonly state: ItemState;
  readonly value: Json;
}

function touches(state: ItemState, name: string): boolean {
  return state.changes.some((change) => touched(change)?.has(name) ?? true);
}

/** The member that says when an item was made. */
function momentOf(item: Json | undefined): string | undefined {
  if (!isObject(item)) return undefined;
  const names = Object.keys(item).filter((name) => isMoment(name) && ordinalOf(item[name]) !== undefined);
  return names.find((name) => /creat/i.test(name)) ?? names[0];
}
