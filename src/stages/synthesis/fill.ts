import { unreachable } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Request } from '../../engine/policy.ts';
import { readField, type Field, type LeafPlan, type Plan, type Source, type TimeForm } from '../../policy/index.ts';
import { memberOf, objectOf } from '../json.ts';
import { madeId } from './made-id.ts';

/** What an answer is made of. */
export interface Material {
  readonly request: Request;
  readonly at: Instant;
  /** What made-up ids are made of: the same gives the same. */
  readonly seed: string;
  /** The item that the call acts on, as the session knows it; `undefined`: it does not. */
  readonly item: Json | undefined;
  /** Told every made-up value. */
  readonly made: (value: string | number) => void;
}

/** A made value, and whether anything of it says something of this very request or its item. */
interface Filled {
  readonly value: Json;
  readonly isGrounded: boolean;
  /** Whether it may stand in an optional place though nothing asks for it: `object: refund`, `reason: null`. */
  readonly isFixed: boolean;
}

/** A value by its plan; the failure is the path of the first required field that nothing fills. */
export function fill(plan: Plan, material: Material): Result<Json, readonly string[]> {
  const filled = filledBy(plan, material, []);
  return filled.ok ? ok(filled.value.value) : filled;
}

function filledBy(plan: Plan, material: Material, path: readonly string[]): Result<Filled, readonly string[]> {
  if (plan.kind === 'leaf') {
    const filled = leafOf(plan, material, path);
    return filled === undefined ? fail(path) : ok(filled);
  }
  const members: [string, Json][] = [];
  let isGrounded = false;
  for (const { name, plan: inner, required } of plan.members) {
    const filled = filledBy(inner, material, [...path, name]);
    if (!filled.ok) {
      if (required) return filled;
      continue;
    }
    if (!required && !filled.value.isGrounded && !filled.value.isFixed) continue;
    members.push([name, filled.value.value]);
    isGrounded ||= filled.value.isGrounded;
  }
  return ok({ value: objectOf(members), isGrounded, isFixed: false });
}

/** An example, or an empty object where nothing was sent, is there only where something must be. */
function isFixed(source: Source): boolean {
  return source.from === 'unset' ? source.value === null : !(source.from === 'constant' && source.why === 'example');
}

function leafOf({ sources, accepts, read }: LeafPlan, material: Material, path: readonly string[]): Filled | undefined {
  for (const source of sources) {
    const value = valueOf(source, material, read, path);
    if (value === undefined || !accepts(value)) continue;
    if (source.from === 'id') material.made(value as string | number);
    return { value, isGrounded: GROUNDED.has(source.from), isFixed: isFixed(source) };
  }
  return undefined;
}

const GROUNDED: ReadonlySet<Source['from']> = new Set(['request', 'text', 'item', 'sum', 'id']);

export function valueOf(
  source: Source,
  { request, at, seed, item }: Omit<Material, 'made'>,
  read: LeafPlan['read'],
  path: readonly string[],
): Json | undefined {
  switch (source.from) {
    case 'request':
      return sent(request, source.field, read);
    case 'text':
      return textOf(source.parts, request);
    case 'constant':
      return source.value;
    case 'id':
      return madeId(source.form, `${seed}/${path.join('/')}`);
    case 'time':
      return TIMES[source.form](at);
    case 'item':
      return source.path.reduce<Json | undefined>(memberOf, item);
    case 'sum': {
      const before = source.path.reduce<Json | undefined>(memberOf, item);
      const more = numberOf(sent(request, source.field, read));
      return typeof before === 'number' && more !== undefined ? before + source.sign * more : undefined;
    }
    case 'unset':
      return readField(source.field)(request) === undefined ? source.value : undefined;
    default:
      return unreachable(source);
  }
}

/** Texts of forms, queries and paths are read as what the answer has there; JSON is taken as it is. */
function sent(request: Request, field: Field, read: LeafPlan['read']): Json | undefined {
  const value = readField(field)(request);
  if (value === undefined) return undefined;
  return field.kind !== 'body' || isForm(request) ? read(value) : value;
}

export function isForm({ headers }: Request): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,6})?$/.test(value) ? Number(value) : undefined;
}

function textOf(parts: readonly (string | Field)[], request: Request): string | undefined {
  let text = '';
  for (const part of parts) {
    const value = typeof part === 'string' ? part : readField(part)(request);
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    text += value;
  }
  return text;
}

const TIMES: Readonly<Record<TimeForm, (at: Instant) => Json>> = {
  seconds: (at) => Math.floor(at / 1_000),
  milliseconds: (at) => at,
  'date-time': (at) => new Date(at).toISOString(),
  date: (at) => new Date(at).toISOString().slice(0, 10),
};
