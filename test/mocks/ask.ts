import type { Json } from '../../src/std/canonical-json.ts';
import type { Instant } from '../../src/std/clock.ts';
import type { World, WorldAnswer } from '../../src/lab/world/world.ts';

export const STARTS_AT: Instant = Date.UTC(2026, 0, 15);
export const KEY = 'sk_test_51NightShift';

export interface Asking {
  readonly body?: Json;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: Instant;
  readonly crash?: 'before' | 'after';
}

/** `ask(world, 'POST /v1/refunds', { body })`: one call straight into the state machine. */
export function ask(world: World, operation: string, asking: Asking = {}): WorldAnswer {
  const [method = '', path = ''] = operation.split(' ');
  const { body = null, query = {}, headers = {}, at = STARTS_AT, crash } = asking;
  const call = { at, method, path, query, headers: { authorization: `Bearer ${KEY}`, ...headers }, body };
  return world.handle(crash === undefined ? call : { ...call, crash });
}

/** A member of a JSON answer: `at(answer.body, 'error', 'code')`, `at(body, 'data', 0, 'id')`. */
export function at(value: Json, ...path: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Readonly<Record<string | number, Json>>)[step];
  }
  return here;
}

/** The same where it must be text, or a number. */
export function textAt(value: Json, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('.')}: ${JSON.stringify(found)}`);
  return found;
}

export function numberAt(value: Json, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  if (typeof found !== 'number') throw new Error(`no number at ${path.join('.')}: ${JSON.stringify(found)}`);
  return found;
}

/** The rows of one page. */
export function rows(answer: WorldAnswer): readonly Json[] {
  const data = at(answer.body, 'data');
  if (!Array.isArray(data)) throw new Error(`no page: ${JSON.stringify(answer)}`);
  return data;
}

export function idsOf(answer: WorldAnswer): string[] {
  return rows(answer).map((row) => textAt(row, 'id'));
}

/** The newest of the world's things of one kind. */
export function newest(world: World, kind: string): string {
  const id = world.ids()[kind]?.at(-1);
  if (id === undefined) throw new Error(`the world has no ${kind}`);
  return id;
}
