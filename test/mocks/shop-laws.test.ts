import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import shop from '../../mocks/shop.ts';
import type { World } from '../../src/lab/world/world.ts';
import { STARTS_AT, ask, at, idsOf, numberAt, rows } from './ask.ts';
import { live, wish } from './random-calls.ts';

const make = (seed: number, size = 6): World => shop.create({ seed, startsAt: STARTS_AT, size });

const wishes = fc.array(
  wish([
    { operation: 'GET /orders' },
    { operation: 'GET /customers/{customer}' },
    { operation: 'POST /orders/{order}/cancel' },
    { operation: 'POST /orders/{order}/refund', body: { amount: 0 } },
    { operation: 'POST /inventory/{product}/adjust', body: { delta: 3 } },
    { operation: 'POST /customers/{customer}/merge', body: { into: 'cust_1001' } },
    { operation: 'DELETE /customers/{customer}' },
    { operation: 'POST /notifications', body: { customer: '{customer}', subject: 'Hello' } },
  ]),
  { maxLength: 40 },
);

describe('the shop world', () => {
  it('is deterministic: same seed, same calls, same answers and ledger', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const [one, two] = [make(seed), make(seed)];
        expect(live(one, calls)).toEqual(live(two, calls));
        expect(one.ledger).toEqual(two.ledger);
      }),
      { numRuns: 60 },
    );
  });

  it('conserves money: balance = start − Σ out', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        const cents = (): number => numberAt(ask(world, 'GET /account').body, 'balance');
        const start = cents();
        live(world, calls);
        const out = world.ledger.reduce((sum, { moneyOut }) => sum + (moneyOut?.micros ?? 0n), 0n);
        expect(BigInt(start - cents()) * 10_000n).toBe(out);
      }),
      { numRuns: 100 },
    );
  });

  it('never pays back more than an order cost', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        live(world, calls);
        for (const order of rows(ask(world, 'GET /orders', { query: { limit: '100' } }))) {
          expect(numberAt(order, 'refunded')).toBeLessThanOrEqual(numberAt(order, 'total'));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('puts every item on exactly one page, whatever the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.constantFrom('orders', 'customers'), (limit, kind) => {
        const world = make(11, 20);
        const walk = (cursor: string | null): string[] => {
          const query = { limit: String(limit), ...(cursor === null ? {} : { cursor }) };
          const answer = ask(world, `GET /${kind}`, { query });
          const ids = idsOf(answer);
          expect(ids).not.toEqual([]);
          const next = at(answer.body, 'next');
          return typeof next === 'string' ? [...ids, ...walk(next)] : ids;
        };
        expect(walk(null)).toEqual(world.ids()[kind.slice(0, -1)]?.toReversed());
      }),
      {
        numRuns: 50,
        examples: [
          [1, 'customers'],
          [20, 'customers'],
          [60, 'orders'],
        ],
      },
    );
  });
});
