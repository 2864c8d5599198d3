import type { Call } from '../engine/call.ts';
import type { LoadedPolicy, Resource, ShadowRoute } from '../policy/index.ts';
import type { Reading } from '../door/judge/reading.ts';
import type { MadeAnswer, Overlay, Shadow, Shown, Unanswerable } from '../door/shadow.ts';
import type { Rests } from '../journal/entry.ts';
import { canonicalJson, type Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { bytesOf, captured, fullness, keep, writesOn } from './captured.ts';
import { isTagged, tagsOf } from './overlay/etag.ts';
import { changedSince, goneAnswer, readOtherwise } from './overlay/gone.ts';
import { listRead } from './overlay/listed.ts';
import { overCount, overItem, overList, overUnchanged } from './overlay/reads.ts';
import { NO_CALLS, withUnmerged } from './overlay/real-answer.ts';
import { restsOf } from './overlay/rests.ts';
import type { ItemState, Session } from './overlay/session.ts';
import { Sessions } from './overlay/sessions.ts';
import { parseExactly } from './json.ts';

/** The world of agents in shadow: the real one, with their captured writes over it. */
export function newShadow(policy: LoadedPolicy): Shadow {
  return new ShadowWorld(policy);
}

class ShadowWorld implements Shadow {
  readonly #routes: LoadedPolicy['shadow'];
  /** Upstream and shape of the items that an agent can read, so that their tags are known. */
  readonly #readable: ReadonlySet<string>;
  readonly #sessions: Sessions;
  /** All that answers are made by: sessions under another of it are another world's. */
  readonly #grounds: string;
  /** The world that it takes the place of. */
  #before: ShadowWorld | undefined;
  /** Another world has taken its place, in which answers are made otherwise. */
  #isOver = false;

  constructor(loaded: LoadedPolicy, before?: ShadowWorld) {
    const { shadow, policy } = loaded;
    this.#before = before;
    this.#sessions = before === undefined ? new Sessions() : before.#sessions;
    this.#grounds = groundsOf(loaded);
    this.#routes = shadow;
    this.#readable = new Set(
      [...shadow].flatMap(([id, { resource, isRemembered }]) =>
        isRemembered && resource !== undefined ? [`${policy.routes.get(id)?.upstream} ${resource.shape}`] : [],
      ),
    );
  }

  under(policy: LoadedPolicy): Shadow {
    return new ShadowWorld(policy, this);
  }

  begin(): void {
    const before = this.#before;
    this.#before = undefined;
    if (before === undefined || before.#grounds === this.#grounds) return;
    before.#sessions.forgetAll();
    before.#isOver = true;
  }

  capture(write: Reading): Shown {
    const { call } = write;
    const session = this.#open(call, bytesOf(write));
    if (!session.ok) return refused(session.failure);
    const known = call.key === undefined ? undefined : session.value.keys.get(call.key);
    if (known !== undefined) return known.fingerprint === call.fingerprint ? known.shown : refused(KEY_REUSED);
    const full = fullness(write, session.value);
    if (full !== undefined) return refused(full);
    const target = this.#target(write, session.value);
    const route = this.#routes.get(call.route);
    const early = target && route && earlyAnswer(write, route, target);
    if (early !== undefined) return early;
    if (target === undefined && this.#isForKnownTag(write, route)) {
      return refused(notRead(route?.resource?.path(write.request.params) ?? ''));
    }
    const made = captured(write, route, target);
    if (!made.ok) return refused(made.failure);
    keep(write, session.value, made.value);
    return answered(call, session.value, made.value.answer);
  }

  overlay(read: Reading): Overlay | undefined {
    const { call } = read;
    const session = this.#sessions.find(call);
    if (session === 'forgotten') return { kind: 'alone', shown: refused(FORGOTTEN) };
    const route = this.#routes.get(call.route);
    if (route?.resource === undefined || (session === undefined && !route.isRemembered)) return undefined;
    const its = session ?? this.#sessions.open(call, call.at);
    this.#sessions.use(call, its, call.at);
    return withUnmerged(this.#over(read, its, route, route.resource), its.lostOn(call, route.resource));
  }

  #over(read: Reading, session: Session, route: ShadowRoute, resource: Resource): Overlay | undefined {
    const path = resource.path(read.request.params);
    const { upstream } = read.wire;
    switch (resource.role) {
      case 'item': {
        const known = session.item(upstream, path);
        if (known !== undefined && (known.created !== undefined || known.changes.length > 0))
          return overItem(read, known, session, route);
        if (!route.isRemembered || read.request.method !== 'GET') return undefined;
        return overUnchanged(read, path, session);
      }
      case 'list':
        return overList(read, listRead(read, session, path, route, resource), session.made);
      case 'count':
        return overCount(read, listRead(read, session, path, route, resource));
      default:
        return undefined;
    }
  }

  rests(reading: Reading): Rests | undefined {
    const session = this.#sessions.find(reading.call);
    if (session === undefined || session === 'forgotten') return undefined;
    const target = this.#target(reading, session);
    return restsOf(reading, session, target === undefined ? NO_CALLS : writesOn(target));
  }

  restore(write: Reading, answer: MadeAnswer): void {
    const { call } = write;
    const session = this.#open(call, bytesOf(write));
    if (!session.ok || answer.status >= 400) return;
    if (call.key !== undefined && session.value.keys.has(call.key)) return;
    const body = answer.body.length === 0 ? undefined : parseExactly(answer.body.toString('utf8'));
    const target = this.#target(write, session.value);
    const made = captured(write, this.#routes.get(call.route), target, { answer, body });
    if (!made.ok) return this.lost(call);
    keep(write, session.value, made.value);
    answered(call, session.value, answer);
  }

  lost(call: Pick<Call, 'id' | 'agent' | 'grant' | 'session' | 'route' | 'subject'>): void {
    const session = this.#open({ ...call, at: 0 }, 0);
    if (session.ok) session.value.lose(call, this.#routes.get(call.route)?.resource?.collection);
  }

  /** @param bytes how much a write of it would take */
  #open(call: Pick<Call, 'agent' | 'grant' | 'session' | 'at'>, bytes: number): Result<Session, Unanswerable> {
    const found = this.#isOver ? 'forgotten' : this.#sessions.find(call);
    if (found === 'forgotten') return fail(FORGOTTEN);
    const session = found ?? this.#sessions.open(call, call.at);
    this.#sessions.use(call, session, call.at);
    return this.#sessions.admit(call, session, bytes, call.at) ? ok(session) : fail(SESSIONS_FULL);
  }

  /** Whether a write is for an item as it was, and reading the item would tell how it is. */
  #isForKnownTag({ request, wire }: Reading, route: ShadowRoute | undefined): boolean {
    const tags = tagsOf(request.headers['if-match']);
    if (tags.length === 0 || tags.includes('*')) return false;
    return this.#readable.has(`${wire.upstream} ${route?.resource?.shape}`);
  }

  /** The item that a call's path names. */
  #target({ call, wire, request }: Reading, session: Session): ItemState | undefined {
    const resource = this.#routes.get(call.route)?.resource;
    if (resource === undefined || ['create', 'list', 'count'].includes(resource.role)) return undefined;
    return session.item(wire.upstream, resource.path(request.params));
  }
}

function groundsOf({ plain, documents }: LoadedPolicy): string {
  const { routes = null, shadow = null, upstreams = null } = plain as Readonly<Record<string, Json>>;
  return canonicalJson([routes, shadow, upstreams, documents]);
}

/** The answer to a write that took place in its session; the same key will get it again. */
function answered({ key, fingerprint }: Call, session: Session, answer: MadeAnswer): Shown {
  const shown: Shown = { kind: 'answer', answer, origin: 'synthetic', merged: NO_CALLS, unmerged: NO_CALLS };
  if (key !== undefined) session.keys.set(key, { fingerprint, shown });
  return shown;
}

/** What a write is answered without taking place: its item was deleted, or is not as the agent thinks. */
function earlyAnswer(write: Reading, route: ShadowRoute, target: ItemState): Shown | undefined {
  const { base, changes, created, shown, path } = target;
  const answer = (made: MadeAnswer): Shown => ({
    kind: 'answer',
    answer: made,
    origin: 'overlay',
    merged: writesOn(target),
    unmerged: NO_CALLS,
  });
  if (changes.some(({ kind }) => kind === 'delete')) return answer(goneAnswer(write, route, path));
  const tags = tagsOf(write.request.headers['if-match']);
  if (tags.length === 0 || tags.includes('*')) return undefined;
  if (changes.length === 0 && created === undefined) {
    // Nobody knows a tag of what was read without one: most such APIs ask for none.
    return base?.etag === undefined || isTagged(tags, base.etag) ? undefined : answer(readOtherwise(path));
  }
  const isCurrent = shown !== undefined && shown.changes === changes.length && isTagged(tags, shown.etag);
  return isCurrent ? undefined : answer(changedSince(path));
}

function refused(why: Unanswerable): Shown {
  return { kind: 'unanswerable', ...why };
}

function notRead(path: string): Unanswerable {
  return {
    reason: 'item_not_read',
    detail: `This write is for ${path} as it was with the ETag in If-Match, and this session has not read it.`,
    hint: `Read GET ${path} first, without a query, then send this again with the ETag it has.`,
  };
}

const FORGOTTEN: Unanswerable = {
  reason: 'session_forgotten',
  detail: 'What this session captured before is no longer kept, so nothing can be shown as this session left it.',
  hint: 'Begin a new session.',
};
const SESSIONS_FULL: Unanswerable = {
  reason: 'sessions_full',
  detail: 'As many sessions with captured writes are under way as are kept.',
  hint: 'Wait until another session is over, or ask a person to restart the door.',
};
const KEY_REUSED: Unanswerable = {
  reason: 'idempotency_key_reused',
  detail: 'This session used the same idempotency key for another write.',
  hint: 'Send each write with an idempotency key of its own.',
};
