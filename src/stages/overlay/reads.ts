import type { CallId } from '../../engine/ids.ts';
import type { ShadowRoute } from '../../policy/index.ts';
import type { Reading } from '../../door/judge/reading.ts';
import type { MadeAnswer, Overlay, Shown } from '../../door/shadow.ts';
import type { Json } from '../../std/canonical-json.ts';
import { isObject, stringify, withMember } from '../json.ts';
import { applyChanges } from './change.ts';
import { isTagged, tagsOf } from './etag.ts';
import { goneAnswer } from './gone.ts';
import { mergeList, type ListRead } from './list.ts';
import { AS_IT_SEEMS, askedOf, passesAll } from './query.ts';
import { asItIs, changedAnswer, headerOf, jsonOf, NO_CALLS } from './real-answer.ts';
import type { Base, ItemState, Session } from './session.ts';

const JSON_TYPE = ['content-type', 'application/json'] as const;

/** A read of one item that the session only reads: it is remembered, for an update of it to be answered from. */
export function overUnchanged({ request, wire }: Reading, path: string, session: Session): Overlay {
  const merge = (real: MadeAnswer): Shown => {
    const item = isPlain(request.query) ? jsonOf(real) : undefined;
    if (item !== undefined) session.remember(wire.upstream, path, baseOf(real, item));
    return asItIs(real, NO_CALLS);
  };
  return { kind: 'over', merge, spare: true };
}

function baseOf(real: MadeAnswer, item: Json): Base {
  return { item, etag: headerOf(real, 'etag'), bytes: real.body.length };
}

/** A read of one item that the session made or changed. */
export function overItem(read: Reading, state: ItemState, session: Session, route: ShadowRoute): Overlay {
  const { created, changes } = state;
  const deleted = changes.find(({ kind }) => kind === 'delete');
  if (deleted !== undefined) return alone(goneAnswer(read, route, state.path), [deleted.call]);
  if (created !== undefined) {
    const now = applyChanges(created.item, changes, route.members);
    const text = stringify(now.item) ?? 'null';
    return alone(
      { status: 200, headers: JSON_TYPE, body: Buffer.from(text) },
      [created.call, ...now.merged],
      [...now.unmerged],
    );
  }
  return { kind: 'over', merge: merger(read, state, session, route) };
}

function alone(answer: MadeAnswer, merged: readonly CallId[], unmerged: readonly CallId[] = NO_CALLS): Overlay {
  return { kind: 'alone', shown: { kind: 'answer', answer, origin: 'overlay', merged, unmerged } };
}

/** A read with a query may show the item in another shape. */
function isPlain(query: Reading['request']['query']): boolean {
  return Object.keys(query).length === 0;
}

function merger(
  { request }: Reading,
  state: ItemState,
  session: Session,
  route: ShadowRoute,
): (real: MadeAnswer) => Shown {
  const all = [...new Set(state.changes.map(({ call }) => call))];
  const ifNoneMatch = request.headers['if-none-match'];
  return (real) => {
    if (real.status === 304) return unchanged(real, ifNoneMatch);
    const item = jsonOf(real);
    if (item === undefined) return asItIs(real, real.status < 300 || real.status === 404 ? all : NO_CALLS);
    if (isPlain(request.query)) session.remember(state.upstream, state.path, baseOf(real, item));
    return shownOver(real, item);
  };

  function shownOver(real: MadeAnswer, item: Json): Shown {
    const after = applyChanges(item, state.changes, route.members);
    const unmerged = [...after.unmerged];
    const changed = after.merged.size === 0 ? undefined : changedAnswer(real, after.item, ifNoneMatch);
    if (changed === undefined) return asItIs(real, all);
    const { answer, etag } = changed;
    if (etag !== undefined) state.shown = { etag, changes: state.changes.length };
    return { kind: 'answer', answer, origin: 'overlay', merged: [...after.merged], unmerged };
  }

  /** The upstream says that it is as the agent read it, and the session changed it: that needs the item as it was read. */
  function unchanged(real: MadeAnswer, tags: string | undefined): Shown {
    const { base } = state;
    if (base?.etag !== undefined && isTagged(tagsOf(tags), base.etag)) {
      return shownOver({ status: 200, headers: [...JSON_TYPE, 'etag', base.etag], body: real.body }, base.item);
    }
    return {
      kind: 'unanswerable',
      reason: 'not_modified',
      detail: 'The upstream says that this is unchanged, but this session changed it.',
      hint: 'Send the same read without If-None-Match and If-Modified-Since.',
    };
  }
}

/** A read of a list. */
export function overList(read: Reading, list: ListRead, idsMade: ReadonlyMap<string, CallId>): Overlay | undefined {
  const isNone = list.created.length + list.changed.size + list.foreign.size + list.uncertain.length === 0;
  if (isNone) return undefined;
  const asked = askedOf(read.request.query);
  if (asked.positions.some((value) => idsMade.has(value))) {
    const shown: Shown = {
      kind: 'unanswerable',
      reason: 'cursor_made_up',
      detail: 'This page begins at something that exists in this session alone, which the upstream does not know.',
      hint: 'Read the list from its beginning, or from an item that was there before.',
    };
    return { kind: 'alone', shown };
  }
  return {
    kind: 'over',
    merge: (real) => {
      const calls = callsOf(list);
      const body = jsonOf(real);
      if (body === undefined) return asItIs(real, real.status < 400 ? calls : NO_CALLS);
      const { merged, unmerged, body: all } = mergeList(body, list);
      if (merged.size === 0) return asItIs(real, [...unmerged]);
      const changed = changedAnswer(real, all, read.request.headers['if-none-match']);
      if (changed === undefined) return asItIs(real, calls);
      return {
        kind: 'answer',
        answer: changed.answer,
        origin: 'overlay',
        merged: [...merged],
        unmerged: [...unmerged],
      };
    },
  };
}

function callsOf({ created, changed, uncertain }: ListRead): CallId[] {
  const states = [...created, ...changed.values()];
  const calls = states.flatMap((state) => [
    ...(state.created === undefined ? [] : [state.created.call]),
    ...state.changes.map(({ call }) => call),
  ]);
  return [...new Set([...calls, ...uncertain])];
}

const COUNT = /^(?:count|total|total_?count)$/i;

/** A read of how many there are. */
export function overCount(read: Reading, list: ListRead): Overlay | undefined {
  const calls = callsOf(list);
  if (calls.length === 0) return undefined;
  return {
    kind: 'over',
    merge: (real) => {
      const body = jsonOf(real);
      const more = body === undefined ? undefined : countedMore(read, list);
      const counted = body === undefined || more === undefined ? undefined : withCount(body, more);
      const changed =
        counted === undefined ? undefined : changedAnswer(real, counted, read.request.headers['if-none-match']);
      if (changed === undefined) return asItIs(real, real.status < 400 ? calls : NO_CALLS);
      return { kind: 'answer', answer: changed.answer, origin: 'overlay', merged: calls, unmerged: NO_CALLS };
    },
  };
}

/** How many more there are than the upstream says; `undefined`: nobody can tell. */
function countedMore(
  { request }: Reading,
  { created, changed, uncertain, described, within }: ListRead,
): number | undefined {
  if (uncertain.length > 0) return undefined;
  const filters = [...askedOf(request.query).filters, ...(within === undefined ? [] : [within])];
  let more = 0;
  for (const state of created) {
    const now = applyChanges(state.created?.item ?? null, state.changes, described);
    const passed = now.isDeleted ? false : passesAll(now.item, filters, AS_IT_SEEMS);
    if (passed === undefined) return undefined;
    if (passed) more += 1;
  }
  for (const { changes, base } of changed.values()) {
    const before = base === undefined ? undefined : passesAll(base.item, filters, AS_IT_SEEMS);
    if (before === undefined) return undefined;
    const now = applyChanges(base?.item ?? null, changes, described);
    const after = now.isDeleted ? false : passesAll(now.item, filters, AS_IT_SEEMS);
    if (after === undefined || (now.unmerged.size > 0 && filters.length > 0)) return undefined;
    more += Number(after) - Number(before);
  }
  return more;
}

function withCount(body: Json, more: number): Json | undefined {
  if (typeof body === 'number') return body + more;
  if (!isObject(body)) return undefined;
  const counts = Object.keys(body).filter((name) => COUNT.test(name) && Number.isSafeInteger(body[name]));
  const [name] = counts;
  return name === undefined || counts.length > 1 ? undefined : withMember(body, name, (body[name] as number) + more);
}
