import * as fc from 'fast-check';
import type { World, WorldAnswer } from '../../src/lab/world/world.ts';
import { type Asking, STARTS_AT, ask } from './ask.ts';

/** A call that is chosen when it is made, because it may need ids that only exist then. */
export interface Wish {
  readonly operation: string;
  /** Fills `{charge}` and the like, in path and body, with one of the world's ids of that kind. */
  readonly pick: number;
  readonly body?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly laterMs: number;
}

export const wish = (operations: readonly Pick<Wish, 'operation' | 'body'>[]): fc.Arbitrary<Wish> =>
  fc
    .record({
      chosen: fc.constantFrom(...operations),
      pick: fc.nat(10_000),
      amount: fc.oneof(fc.integer({ min: -3, max: 400 }), fc.integer({ min: 1, max: 500_000 })),
      key: fc.option(fc.constantFrom('k1', 'k2', 'k3')),
      laterMs: fc.nat(100_000_000),
    })
    .map(({ chosen: { operation, body }, pick, amount, key, laterMs }) => ({
      operation,
      pick,
      laterMs,
      ...(body === undefined ? {} : { body: 'amount' in body ? { ...body, amount } : body }),
      headers: key === null ? {} : { 'idempotency-key': key },
    }));

/** Makes all calls, one after the other, while time goes on. */
export function live(world: World, wishes: readonly Wish[]): WorldAnswer[] {
  let at = STARTS_AT;
  return wishes.map(({ operation, pick, body, headers = {}, laterMs }) => {
    at += laterMs;
    const ids = world.ids();
    const fill = (text: string): string =>
      text.replaceAll(/\{(\w+)\}/g, (_, kind: string) => {
        const some = ids[kind] ?? [];
        return some[pick % Math.max(1, some.length)] ?? 'none';
      });
    const filled = Object.fromEntries(
      Object.entries(body ?? {}).map(([name, value]) => [name, typeof value === 'string' ? fill(value) : value]),
    );
    const asking: Asking = body === undefined ? { headers, at } : { headers, at, body: filled };
    return ask(world, fill(operation), asking);
  });
}
