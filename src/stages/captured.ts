import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { CallId } from '../engine/ids.ts';
import type { AnswerPlan, ShadowRoute } from '../policy/index.ts';
import type { Reading } from '../door/judge/reading.ts';
import type { MadeAnswer, Unanswerable } from '../door/shadow.ts';
import { applyChanges, type Change } from './overlay/change.ts';
import { changesOf, elsewhere, isNewItem, type Elsewhere } from './overlay/effects.ts';
import { idOf, unwrapped } from './overlay/envelope.ts';
import { madeEtag } from './overlay/etag.ts';
import { SESSION_BYTES_MAX, SESSION_WRITES_MAX, type ItemState, type Session } from './overlay/session.ts';
import { answerOf, bodyOf } from './synthesis/answer.ts';
import type { Material } from './synthesis/fill.ts';

/** A captured write: what it is answered, and what it does to its session. */
export interface Captured {
  readonly answer: MadeAnswer;
  readonly body: Json | undefined;
  readonly changes: readonly Change[];
  readonly others: readonly Elsewhere[];
  /** Every made-up value in it. */
  readonly ids: ReadonlySet<string>;
  readonly route: ShadowRoute;
}

/** What was answered to a write that an earlier process captured. */
export interface Answered {
  readonly answer: MadeAnswer;
  readonly body: Json | undefined;
}

/**
 * The answer to a write and what it does. Nothing is kept yet.
 *
 * @param target what the session knows of the item that the write's path names
 * @param answered of a write that was answered before: it is not answered anew
 */
export function captured(
  write: Reading,
  route: ShadowRoute | undefined,
  target: ItemState | undefined,
  answered?: Answered,
): Result<Captured, Unanswerable> {
  const { call, request } = write;
  const plan = route?.answer;
  if (route === undefined || plan === undefined) return fail(NOT_AT_HAND);
  if (!plan.ok)
    return fail({ ...plan.failure, detail: sentence(plan.failure.detail), hint: sentence(plan.failure.hint) });
  const ids = new Set<string>();
  const item = target && current(target, route);
  const material: Material = { request, at: call.at, seed: call.id, item, made: (value) => ids.add(String(value)) };
  const changes = route.resource === undefined ? ok([]) : changesOf(write, route.resource, plan.value, material);
  if (!changes.ok) return changes;
  const done = { changes: changes.value, others: elsewhere(write, route, material), ids, route };
  if (answered !== undefined) {
    // Its made-up values are made again, for later calls to be held against.
    if (!plan.value.isItem) bodyOf(plan.value, material);
    return ok({ ...answered, ...done });
  }
  const body = answerBody(plan.value, write, changes.value, material, route);
  if (!body.ok) return body;
  const answer = answerOf(plan.value, body.value);
  return answer.ok ? ok({ answer: answer.value, body: body.value, ...done }) : answer;
}

function answerBody(
  plan: AnswerPlan,
  { request }: Reading,
  changes: readonly Change[],
  material: Material,
  route: ShadowRoute,
): Result<Json | undefined, Unanswerable> {
  if (!plan.isItem) return bodyOf(plan, material);
  if (material.item !== undefined) return ok(applyChanges(material.item, changes, route.members).item);
  const path = route.resource?.path(request.params) ?? '';
  return fail({
    reason: 'item_not_read',
    detail: `The answer to this write is the item itself, and this session has not read ${path}.`,
    hint: `Read GET ${path} first, without a query, then send this again.`,
  });
}

/** The item as the session knows it: as it made it, or as it last read it, with what it did since. */
function current({ created, base, changes }: ItemState, { members }: ShadowRoute): Json | undefined {
  const item = created?.item ?? base?.item;
  return item === undefined ? undefined : applyChanges(item, changes, members).item;
}

/** Makes a write part of its session. */
export function keep(write: Reading, session: Session, made: Captured): void {
  const { call, wire } = write;
  const { answer, ids, others, route } = made;
  session.wrote(call, bytesOf(write) + answer.body.length);
  for (const id of ids) session.made.set(id, call.id);
  if (route.affects === undefined && route.resource?.role !== 'update' && route.resource?.role !== 'delete') {
    session.uncertain(call);
  }
  keepOwn(write, session, made);
  for (const { path, change } of others) session.touch(wire.upstream, path).changes.push(change);
}

/** What a write does to the item that its path names, or that it made. */
function keepOwn({ call, wire, request }: Reading, session: Session, { answer, body, changes, route }: Captured): void {
  const { resource } = route;
  if (resource === undefined) return;
  const path = resource.path(request.params);
  if (isNewItem(resource.role, body)) {
    const id = idOf(unwrapped(body, resource.idNames), resource.idNames);
    if (id === undefined) return session.unnamed(call, resource.collection);
    const state = session.touch(wire.upstream, `${path}/${encodeURIComponent(id)}`);
    state.created ??= { call: call.id, id, collection: path, item: body };
    return;
  }
  if (resource.role === 'create') return session.unnamed(call, resource.collection);
  if (changes.length === 0) return;
  const state = session.touch(wire.upstream, path);
  state.changes.push(...changes);
  if (state.base?.etag !== undefined && body !== undefined && route.answer?.ok === true && route.answer.value.isItem) {
    const etag = madeEtag(answer.body.toString('utf8'), state.base.etag.startsWith('W/'));
    state.shown = { etag, changes: state.changes.length };
  }
}

/** Why a session has no room for a write; `undefined`: it has. */
export function fullness(write: Reading, session: Session): Unanswerable | undefined {
  if (session.writes.length >= SESSION_WRITES_MAX) {
    return tooMuch(`This session has ${SESSION_WRITES_MAX} captured writes, and no more are kept.`);
  }
  if (session.makeRoom(bytesOf(write))) return undefined;
  return tooMuch(`What is kept of this session takes ${SESSION_BYTES_MAX} bytes, and no more is.`);
}

function tooMuch(detail: string): Unanswerable {
  return { reason: 'session_full', detail, hint: 'End this session here, and go on in a new one.' };
}

/** What is kept of a write. */
export function bytesOf({ wire }: Reading): number {
  return wire.target.length + (wire.body?.length ?? 0);
}

/** The writes that made or changed an item, the oldest first. */
export function writesOn({ created, changes }: ItemState): CallId[] {
  return [...new Set([...(created === undefined ? [] : [created.call]), ...changes.map(({ call }) => call)])];
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

const NOT_AT_HAND: Unanswerable = {
  reason: 'document_not_at_hand',
  detail: 'The documents that say how this write is answered are not at hand.',
  hint: 'Leave this write to a person.',
};
