import * as fc from 'fast-check';
import { unreachable } from '../../src/std/assert.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import type { FieldForm, OperationForm, World, WorldAnswer } from '../../src/lab/world/world.ts';
import { STARTS_AT, ask } from './ask.ts';

/** A form to fill in, and the numbers by which it is filled when its time has come. */
export interface Wish {
  readonly form: OperationForm;
  readonly picks: readonly number[];
  readonly laterMs: number;
  readonly key: string | null;
}

export const wishFor = (forms: readonly OperationForm[]): fc.Arbitrary<Wish> =>
  fc.record({
    form: fc.constantFrom(...forms),
    picks: fc.array(fc.nat(1_000_000), { minLength: 12, maxLength: 12 }),
    laterMs: fc.nat(10_000_000),
    key: fc.option(fc.constantFrom('k1', 'k2'), { freq: 3 }),
  });

/** One call that knows the API, into one world. `undefined`: there is nothing yet of a kind that it needs. */
export function call(world: World, { form, picks, key }: Wish, at = STARTS_AT): WorldAnswer | undefined {
  const ids = world.ids();
  let [method = '', path = ''] = form.operation.split(' ');
  const query: Record<string, string> = {};
  const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': key };
  const body: { [name: string]: Json } = {};
  for (const [index, [place, field]] of Object.entries(form.fields).entries()) {
    const pick = picks[index % picks.length] as number;
    if (field.optional === true && pick % 2 === 0) continue;
    const value = valueOf(field, Math.floor(pick / 2), ids);
    if (value === undefined) {
      if (field.optional === true) continue;
      return undefined;
    }
    const [where = '', ...rest] = place.split('.');
    if (rest.length === 0) path = path.replace(`{${where}}`, written(value));
    else if (where === 'query') query[rest.join('.')] = written(value);
    else if (where === 'header') headers[rest.join('.')] = written(value);
    else insert(body, rest, form.encoding === 'form' ? written(value) : value);
  }
  const filled = form.encoding === undefined ? {} : { body };
  return ask(world, `${method} ${path}`, { at, query, headers, ...filled });
}

/** In a path, a query, a header or a form. */
const written = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Small amounts, so that there is nearly always enough. */
const AMOUNT_MAX = 40;

function valueOf(field: FieldForm, pick: number, ids: ReturnType<World['ids']>): Json | undefined {
  const one = single(field, pick, ids);
  return field.many === undefined || one === undefined ? one : [one];
}

function single(field: FieldForm, pick: number, ids: ReturnType<World['ids']>): Json | undefined {
  switch (field.kind) {
    case 'id': {
      const some = ids[field.of] ?? [];
      return some[pick % Math.max(1, some.length)];
    }
    case 'amount':
      return field.unit === 'minor' ? 1 + (pick % AMOUNT_MAX) : `${1 + (pick % AMOUNT_MAX)}.50`;
    case 'currency':
    case 'choice':
      return field.of[pick % field.of.length];
    case 'text':
      return field.like;
    case 'number':
      return field.min + (pick % (field.max - field.min + 1));
    default:
      return unreachable(field);
  }
}

/** Puts a value where `items.0.sku` says: a number is a place in a list. */
function insert(into: Json, [head = '', ...rest]: readonly string[], value: Json): void {
  const here = into as { [name: string]: Json };
  if (rest.length === 0) {
    here[head] = value;
    return;
  }
  here[head] ??= /^\d+$/.test(rest[0] ?? '') ? [] : {};
  insert(here[head], rest, value);
}

/** Fills in all forms, one after the other, while time goes on. */
export function live(world: World, wishes: readonly Wish[]): (WorldAnswer | undefined)[] {
  let at = STARTS_AT;
  return wishes.map((wish) => {
    at += wish.laterMs;
    return call(world, wish, at);
  });
}
