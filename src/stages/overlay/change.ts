import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import { isList, isObject, memberOf, objectOf, withMember, withValue, type JsonObject } from '../json.ts';
import { applyPatch, type PatchStep } from './json-patch.ts';

/** What one captured write does to one item. */
export type Change = { readonly call: CallId } & (
  | {
      readonly kind: 'merge';
      /** The members that were sent. */
      readonly patch: JsonObject;
      /** How objects within are taken: member by member, whole, or as RFC 7396 says (where `null` removes). */
      readonly how: 'deep' | 'whole' | 'merge-patch';
      /** Whether its values are the texts of a form. */
      readonly isForm: boolean;
    }
  | { readonly kind: 'steps'; readonly steps: readonly PatchStep[] }
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: Json }
  | { readonly kind: 'add'; readonly path: readonly string[]; readonly number: number }
  | { readonly kind: 'delete' }
  /** It changes the item in a way that nobody described. */
  | { readonly kind: 'unknown' }
);

/** An item after some changes. */
export interface Changed {
  readonly item: Json;
  /** The writes that the item shows. */
  readonly merged: ReadonlySet<CallId>;
  /** The writes of which it does not show everything. */
  readonly unmerged: ReadonlySet<CallId>;
  readonly isDeleted: boolean;
}

/** Applies what a session did to an item, in the order it was done. */
export function applyChanges(item: Json, changes: readonly Change[], described: ReadonlySet<string> = NONE): Changed {
  let now = item;
  const merged = new Set<CallId>();
  const unmerged = new Set<CallId>();
  for (const change of changes) {
    if (change.kind === 'delete')
      return { item: now, merged: new Set([change.call]), unmerged: NO_CALLS, isDeleted: true };
    const after = applied(now, change, described);
    if (after === undefined) unmerged.add(change.call);
    else {
      now = after.item;
      if (after.isShown) merged.add(change.call);
      if (!after.isWhole) unmerged.add(change.call);
    }
  }
  return { item: now, merged, unmerged, isDeleted: false };
}

const NONE: ReadonlySet<string> = new Set();
const NO_CALLS: ReadonlySet<CallId> = new Set();

interface Step {
  readonly item: Json;
  /** Whether anything of the change found its place. */
  readonly isShown: boolean;
  /** Whether all of it did. */
  readonly isWhole: boolean;
}

function applied(item: Json, change: Change, described: ReadonlySet<string>): Step | undefined {
  switch (change.kind) {
    case 'merge': {
      const place = placeOf(item, change.patch, described);
      if (place === undefined) return undefined;
      const known = Object.entries(change.patch).filter(
        ([name]) => Object.hasOwn(place.object, name) || described.has(name),
      );
      const object = mergedObject(place.object, known, change);
      const total = Object.keys(change.patch).length;
      return { item: place.put(object), isShown: known.length > 0, isWhole: known.length === total };
    }
    case 'steps': {
      const after = applyPatch(item, change.steps);
      return after === undefined ? undefined : { item: after, isShown: true, isWhole: true };
    }
    case 'set':
      return { item: withValue(item, change.path, change.value), isShown: true, isWhole: true };
    case 'add': {
      const before = change.path.reduce<Json | undefined>(memberOf, item);
      if (typeof before !== 'number') return undefined;
      return { item: withValue(item, change.path, sum(before, change.number)), isShown: true, isWhole: true };
    }
    case 'delete':
    case 'unknown':
      return undefined;
    default:
      return unreachable(change);
  }
}

/** Without the last digits that binary fractions leave: 0.1 + 0.2 is 0.3. */
function sum(a: number, b: number): number {
  return Number.isInteger(a) && Number.isInteger(b) ? a + b : Number((a + b).toFixed(DECIMALS));
}
const DECIMALS = 6;

interface Place {
  readonly object: JsonObject;
  readonly put: (object: JsonObject) => Json;
}

/** The item itself, or what it wraps in its one member: `{ "order": { … } }`. */
function placeOf(item: Json, patch: JsonObject, described: ReadonlySet<string>): Place | undefined {
  if (!isObject(item)) return undefined;
  const names = Object.keys(item);
  const [name] = names;
  const inner = name === undefined || names.length > 1 ? undefined : item[name];
  const isWrapped = name !== undefined && isObject(inner) && !Object.hasOwn(patch, name) && !described.has(name);
  if (!isWrapped) return { object: item, put: (object) => object };
  return { object: inner, put: (object) => withMember(item, name, object) };
}

function mergedObject(
  object: JsonObject,
  patch: readonly (readonly [string, Json])[],
  change: Pick<Extract<Change, { kind: 'merge' }>, 'how' | 'isForm'>,
): JsonObject {
  const { how, isForm } = change;
  const members = new Map(Object.entries(object));
  for (const [name, value] of patch) {
    const before = members.get(name);
    if (value === null && how === 'merge-patch') members.delete(name);
    else if (how !== 'whole' && isObject(value)) {
      members.set(name, mergedObject(isObject(before) ? before : {}, Object.entries(value), change));
    } else members.set(name, isForm ? readAs(value, before) : value);
  }
  return objectOf(members);
}

/** A form's text as the kind of value that stood there. An empty one unsets. */
export function readAs(value: Json, before: Json | undefined): Json {
  if (isList(value)) return value.map((one) => readAs(one, isList(before) ? before[0] : undefined));
  if (typeof value !== 'string') return value;
  if (value === '' && before !== undefined && typeof before !== 'object') return null;
  if (typeof before === 'number' && /^-?\d{1,15}(?:\.\d{1,6})?$/.test(value)) return Number(value);
  if (typeof before === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** The outermost members that a change touches; `undefined`: any. */
export function touched(change: Change): ReadonlySet<string> | undefined {
  switch (change.kind) {
    case 'merge':
      return new Set(Object.keys(change.patch));
    case 'steps':
      return new Set(change.steps.map(({ path }) => path[0] ?? ''));
    case 'set':
    case 'add':
      return new Set(change.path.slice(0, 1));
    case 'delete':
    case 'unknown':
      return undefined;
    default:
      return unreachable(change);
  }
}
