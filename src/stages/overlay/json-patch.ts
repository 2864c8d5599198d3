import type { Json } from '../../std/canonical-json.ts';
import { isList, isObject, withMember, withoutMember } from '../json.ts';

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchStep {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: readonly string[];
  readonly value: Json;
}

/** More in one body is no change that a person would read. */
export const STEPS_MAX = 200;

/**
 * A body as JSON Patch; `undefined` where it is none that this reads: `move`, `copy` and `test` are not, nor what selects
 * by anything but names and places.
 */
export function readPatch(body: Json | undefined): readonly PatchStep[] | undefined {
  if (!isList(body) || body.length === 0 || body.length > STEPS_MAX) return undefined;
  const steps = body.map(readStep);
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

function readStep(json: Json): PatchStep | undefined {
  if (!isObject(json)) return undefined;
  const { op, path, value = null } = json;
  if ((op !== 'add' && op !== 'remove' && op !== 'replace') || typeof path !== 'string' || !path.startsWith('/'))
    return undefined;
  const steps = path.slice(1).split('/');
  return { op, path: steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')), value };
}

/** `undefined` where a step finds no place. */
export function applyPatch(item: Json, steps: readonly PatchStep[]): Json | undefined {
  let now: Json | undefined = item;
  for (const { op, path, value } of steps) now = now === undefined ? undefined : stepped(now, op, path, value);
  return now;
}

function stepped(
  at: Json,
  op: PatchStep['op'],
  [name = '', ...rest]: readonly string[],
  value: Json,
): Json | undefined {
  if (isList(at)) return steppedList(at, op, name, rest, value);
  if (!isObject(at)) return undefined;
  const has = Object.hasOwn(at, name);
  if (rest.length > 0) {
    const inner = has ? stepped(at[name] as Json, op, rest, value) : undefined;
    return inner === undefined ? undefined : withMember(at, name, inner);
  }
  if (op !== 'add' && !has) return undefined;
  return op === 'remove' ? withoutMember(at, name) : withMember(at, name, value);
}

function steppedList(
  at: readonly Json[],
  op: PatchStep['op'],
  name: string,
  rest: readonly string[],
  value: Json,
): Json | undefined {
  const index = name === '-' ? at.length : Number(name);
  const isPlace = /^(?:0|[1-9]\d{0,8}|-)$/.test(name) && index <= at.length;
  if (!isPlace) return undefined;
  if (rest.length > 0) {
    const inner = index < at.length ? stepped(at[index] as Json, op, rest, value) : undefined;
    return inner === undefined ? undefined : at.with(index, inner);
  }
  if (op === 'add') return at.toSpliced(index, 0, value);
  if (index >= at.length) return undefined;
  return op === 'remove' ? at.toSpliced(index, 1) : at.with(index, value);
}
