import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import payments from '../../mocks/payments.ts';
import { fromMinor } from '../../src/std/money.ts';
import type { World } from '../../src/lab/world/world.ts';
import { STARTS_AT, ask, at, idsOf, numberAt, rows } from './ask.ts';
import { live, wish } from './random-calls.ts';

const make = (seed: number, size = 8): World => payments.create({ seed, startsAt: STARTS_AT, size });

const wishes = fc.array(
  wish([
    { operation: 'GET /v1/customers' },
    { operation: 'GET /v1/customers/{customer}' },
    { operation: 'GET /v1/refunds/{refund}' },
    { operation: 'GET /v1/nonsense' },
    { operation: 'POST /v1/customers', body: { name: 'Ada' } },
    { operation: 'DELETE /v1/customers/{customer}' },
    { operation: 'POST /v1/refunds', body: { charge: '{charge}', amount: 0 } },
    { operation: 'POST /v1/refunds', body: { charge: '{charge}' } },
    { operation: 'POST /v1/charges', body: { amount: 0, currency: 'usd', customer: '{customer}' } },
    { operation: 'POST /v1/charges', body: { amount: 0, currency: 'usd', source: 'tok_chargeDeclined' } },
    { operation: 'POST /v1/payouts', body: { amount: 0, currency: 'usd' } },
    { operation: 'POST /v1/transfers', body: { amount: 0, currency: 'usd', destination: '{account}' } },
    {
      operation: 'POST /v1/payment_intents',
      body: { amount: 0, currency: 'usd', payment_method: 'pm_card_visa', confirm: 'true' },
    },
  ]),
  { maxLength: 40 },
);

const usd = (world: World): bigint => {
  const { body } = ask(world, 'GET /v1/balance');
  expect(at(body, 'available', 0, 'currency')).toBe('usd');
  return fromMinor(numberAt(body, 'available', 0, 'amount'), 'USD')?.micros ?? 0n;
};

describe('the payments world', () => {
  it('is deterministic: same seed, same calls, same answers and ledger', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const [one, two] = [make(seed), make(seed)];
        expect(live(one, calls)).toEqual(live(two, calls));
        expect(one.ledger).toEqual(two.ledger);
        expect(one.ids()).toEqual(two.ids());
      }),
      { numRuns: 60 },
    );
  });

  it('differs from seed to seed', () => {
    expect(make(1).ids()).not.toEqual(make(2).ids());
  });

  it('conserves money: balance = start − Σ out + Σ in', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        const start = usd(world);
        live(world, calls);
        const moved = world.ledger.reduce(
          (sum, { moneyOut, moneyIn }) => sum + (moneyIn?.micros ?? 0n) - (moneyOut?.micros ?? 0n),
          0n,
        );
        expect(usd(world)).toBe(start + moved);
      }),
      { numRuns: 100 },
    );
  });

  it('never refunds more than a charge took, and says of each how much', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        live(world, calls);
        const refunds = rows(ask(world, 'GET /v1/refunds', { query: { limit: '100' } }));
        for (const charge of rows(ask(world, 'GET /v1/charges', { query: { limit: '100' } }))) {
          const back = refunds
            .filter((refund) => at(refund, 'charge') === at(charge, 'id'))
            .reduce<number>((sum, refund) => sum + numberAt(refund, 'amount'), 0);
          expect(at(charge, 'amount_refunded')).toBe(back);
          expect(back).toBeLessThanOrEqual(numberAt(charge, 'amount'));
          expect(at(charge, 'refunded')).toBe(back === at(charge, 'amount'));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never changes an answer it has given', () => {
    fc.assert(
      fc.property(wishes, (calls) => {
        const world = make(5);
        const seen: [unknown, string][] = [];
        for (const call of calls) {
          for (const answer of live(world, [call])) seen.push([answer, JSON.stringify(answer)]);
        }
        for (const [answer, then] of seen) expect(JSON.stringify(answer)).toBe(then);
      }),
      { numRuns: 40 },
    );
  });

  it('puts every item on exactly one page, forwards and backwards, whatever the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.constantFrom('customer', 'charge'), (limit, kind) => {
        const world = make(11, 20);
        const url = `/v1/${kind}s`;
        const walk = (cursor: 'starting_after' | 'ending_before', from?: string): string[] => {
          const query = { limit: String(limit), ...(from === undefined ? {} : { [cursor]: from }) };
          const answer = ask(world, `GET ${url}`, { query });
          expect(answer.body).toMatchObject({ object: 'list', url });
          const ids = idsOf(answer);
          expect(ids).not.toEqual([]);
          if (at(answer.body, 'has_more') === false) return ids;
          expect(ids).toHaveLength(limit);
          return cursor === 'starting_after'
            ? [...ids, ...walk(cursor, ids.at(-1))]
            : [...walk(cursor, ids[0]), ...ids];
        };
        const newestFirst = world.ids()[kind]?.toReversed() ?? [];
        expect(walk('starting_after')).toEqual(newestFirst);
        expect(walk('ending_before', newestFirst.at(-1))).toEqual(newestFirst.slice(0, -1));
      }),
      {
        numRuns: 50,
        examples: [
          [1, 'customer'],
          [20, 'customer'],
          [60, 'charge'],
        ],
      },
    );
  });

  it('keeps a place in the list for a customer that is deleted half-way', () => {
    const world = make(11, 20);
    const first = idsOf(ask(world, 'GET /v1/customers', { query: { limit: '5' } }));
    ask(world, `DELETE /v1/customers/${first[4]}`);
    const query = { limit: '100', starting_after: String(first[4]) };
    const rest = idsOf(ask(world, 'GET /v1/customers', { query }));
    expect([...rest, ...first.slice(0, 4)].sort()).toEqual([...(world.ids()['customer'] ?? [])].sort());
  });
});
