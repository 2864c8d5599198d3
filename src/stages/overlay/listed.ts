import type { CallId } from '../../engine/ids.ts';
import { singular, type Resource, type ShadowRoute } from '../../policy/index.ts';
import type { Reading } from '../../door/judge/reading.ts';
import { memberOf } from '../json.ts';
import { unwrapped } from './envelope.ts';
import type { ListRead } from './list.ts';
import type { Filter } from './query.ts';
import type { ItemState, Session } from './session.ts';

/** A read of a list, and what the session did to things of it. */
export function listRead(
  read: Reading,
  session: Session,
  path: string,
  route: ShadowRoute,
  { idNames }: Resource,
): ListRead {
  const { upstream } = read.wire;
  const created: ItemState[] = [];
  const changed = new Map<string, ItemState>();
  const foreign = new Map<string, ItemState>();
  const uncertain: CallId[] = [];
  const word = wordOf(path);
  const owner = ownerOf(path);
  let within: Filter | undefined;
  for (const state of session.items.values()) {
    if (state.upstream !== upstream || (state.created === undefined && state.changes.length === 0)) continue;
    const end = state.path.lastIndexOf('/');
    const collection = state.created?.collection ?? state.path.slice(0, end);
    const id = decodeURIComponent(state.path.slice(end + 1));
    if (state.created === undefined) {
      if (collection === path) changed.set(id, state);
      else if (wordOf(collection) === word && isUnique(id)) foreign.set(id, state);
    } else if (collection === path) created.push(state);
    else if (wordOf(collection) === word) {
      const filter = owner && ownedBy(state, owner, idNames);
      if (filter === undefined) uncertain.push(state.created.call);
      else if (filter.isOwn) {
        created.push(state);
        within = filter;
      }
    }
  }
  const { query } = read.request;
  return {
    query,
    within,
    word,
    idNames,
    created,
    changed,
    foreign,
    uncertain,
    order: route.order,
    described: route.members,
  };
}

function wordOf(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
}

/** An id that no two things of an API share, whatever they lie below. */
function isUnique(id: string): boolean {
  return id.length >= UNIQUE_LENGTH && /[A-Za-z]/.test(id) && /\d/.test(id);
}
const UNIQUE_LENGTH = 8;

interface Owner {
  /** `charge`, of `/v1/charges/ch_1/refunds` */
  readonly word: string;
  readonly id: string;
}

function ownerOf(path: string): Owner | undefined {
  const segments = path.split('/').map(decodeURIComponent);
  const id = segments.at(-2);
  const word = segments.at(-3);
  return id === undefined || word === undefined || word === '' ? undefined : { word: singular(word), id };
}

/** Whether something new says that it belongs to the owner of a list; `undefined`: it does not say. */
function ownedBy(
  { created }: ItemState,
  { word, id }: Owner,
  idNames: readonly string[],
): (Filter & { readonly isOwn: boolean }) | undefined {
  const item = unwrapped(created?.item ?? null, idNames);
  for (const name of [word, `${word}_id`, `${word}Id`]) {
    const value = memberOf(item, name);
    if (typeof value === 'string' || typeof value === 'number') return { name, value: id, isOwn: String(value) === id };
  }
  return undefined;
}
