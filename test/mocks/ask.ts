import type { Json } from '../../src/std/canonical-json.ts';
import type { Instant } from '../../src/std/clock.ts';
import type { World, WorldAnswer } from '../../src/lab/world.ts';

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

/** The rows of one page. */
export function rows(answer: WorldAnswer): readonly { readonly [key: string]: Json }[] {
  return at(answer.body, 'data') as readonly { readonly [key: string]: Json }[];
}
