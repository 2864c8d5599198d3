import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { AnswerPlan, Resource, ShadowRoute } from '../../policy/index.ts';
import type { Reading } from '../../door/judge/reading.ts';
import type { Unanswerable } from '../../door/shadow.ts';
import { isObject } from '../json.ts';
import { differenceOf, setsOf, type Difference } from '../synthesis/answer.ts';
import { isForm, type Material } from '../synthesis/fill.ts';
import type { Change } from './change.ts';
import { readPatch } from './json-patch.ts';

/** What a captured write does to the item that its path names; none of one that makes a new item, or acts on none. */
export function changesOf(
  { call, request }: Reading,
  { role }: Resource,
  plan: AnswerPlan,
  material: Material,
): Result<readonly Change[], Unanswerable> {
  switch (role) {
    case 'delete':
      return ok([{ kind: 'delete', call: call.id }]);
    case 'update': {
      const sent = sentChanges(call.id, request);
      return sent.ok ? ok([...sent.value, ...planned(call.id, plan, material)]) : sent;
    }
    case 'action': {
      const changes = planned(call.id, plan, material);
      return ok(changes.length > 0 ? changes : [{ kind: 'unknown', call: call.id }]);
    }
    default:
      return ok([]);
  }
}

/** What the plan of an answer that is the item says is different in it. */
function planned(call: Change['call'], { isItem, body }: AnswerPlan, material: Material): readonly Change[] {
  if (!isItem || body === undefined) return [];
  return setsOf(body, material).map((difference) => changeBy(call, difference));
}

function changeBy(call: Change['call'], { path, value, isSum }: Difference): Change {
  return isSum ? { kind: 'add', call, path, number: value as number } : { kind: 'set', call, path, value };
}

/** A change of an item beside the one that the write's path names. */
export interface Elsewhere {
  readonly path: string;
  readonly change: Change;
}

/**
 * What a write does to other items: as the policy declares, and where it declares nothing, to the item below which
 * something new was made, nobody knows what.
 */
export function elsewhere(
  { call, request }: Reading,
  { affects, resource }: ShadowRoute,
  material: Material,
): readonly Elsewhere[] {
  if (affects === undefined) {
    const parent = resource?.role === 'create' ? resource.parent?.(request.params) : undefined;
    return parent === undefined ? [] : [{ path: parent, change: { kind: 'unknown', call: call.id } }];
  }
  return affects.flatMap(({ path: pathOf, isDelete, sets }) => {
    const path = pathOf(request);
    if (path === null) return [];
    if (isDelete) return [{ path, change: { kind: 'delete' as const, call: call.id } }];
    const differences = sets.map(({ path: place, source }) => differenceOf(source, place, material));
    const known = differences.filter((difference) => difference !== undefined);
    const changes: Change[] = known.map((difference) => changeBy(call.id, difference));
    // Of a field that was not sent nobody knows what became.
    if (known.length < differences.length) changes.push({ kind: 'unknown', call: call.id });
    return changes.map((change) => ({ path, change }));
  });
}

function sentChanges(call: Change['call'], request: Reading['request']): Result<readonly Change[], Unanswerable> {
  const { body, method, headers } = request;
  if (body === undefined || (isObject(body) && Object.keys(body).length === 0)) return ok([]);
  if (isObject(body))
    return ok([{ kind: 'merge', call, patch: body, how: howOf(method, headers), isForm: isForm(request) }]);
  const steps = readPatch(body);
  if (steps !== undefined) return ok([{ kind: 'steps', call, steps }]);
  return fail({
    reason: 'change_not_understood',
    detail:
      'The body of this update is neither an object nor a JSON Patch of add, replace and remove, so nobody can say what it changes.',
    hint: 'Send the members that change as an object, or a JSON Patch of add, replace and remove.',
  });
}

function howOf(method: string, headers: Readonly<Record<string, string>>): 'deep' | 'whole' | 'merge-patch' {
  if (headers['content-type']?.startsWith('application/merge-patch+json') === true) return 'merge-patch';
  return method === 'PUT' ? 'whole' : 'deep';
}

/** What a JSON body is to the session that made it: a new item, without what nobody made. */
export function isNewItem(role: Resource['role'] | undefined, body: Json | undefined): body is Json {
  return role === 'create' && isObject(body);
}
