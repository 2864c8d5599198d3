import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import brokerage from '../../mocks/brokerage.ts';
import type { World } from '../../src/lab/world/world.ts';
import { STARTS_AT, ask, at, numberAt, rows, textAt } from './ask.ts';
import { live, wishFor } from './from-forms.ts';

const make = (seed = 1): World => brokerage.create({ seed, startsAt: STARTS_AT, size: 4 });
const wishes = fc.array(wishFor(brokerage.operations ?? []), { maxLength: 40 });
const cash = (world: World): number => numberAt(ask(world, 'GET /account').body, 'cash');
const shares = (world: World, symbol: string): number =>
  numberAt(ask(world, `GET /positions/${symbol}`).body, 'quantity');
const order = (world: World, body: Readonly<Record<string, string | number>>) => ask(world, 'POST /orders', { body });

describe('the brokerage world', () => {
  it('conserves money: cash = start − Σ out + Σ in, and never below nothing', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        const start = cash(world);
        live(world, calls);
        const moved = world.ledger.reduce(
          (sum, { moneyOut, moneyIn }) => sum + (moneyIn?.micros ?? 0n) - (moneyOut?.micros ?? 0n),
          0n,
        );
        expect(BigInt(cash(world)) * 10_000n).toBe(BigInt(start) * 10_000n + moved);
        expect(cash(world)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  it('conserves shares: what is held = what was held + bought − sold', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        const symbols = world.ids()['symbol'] ?? [];
        const start = symbols.map((symbol) => shares(world, symbol));
        live(world, calls);
        const placed = rows(ask(world, 'GET /orders', { query: { limit: '100' } }));
        for (const [index, symbol] of symbols.entries()) {
          const traded = placed
            .filter((one) => at(one, 'symbol') === symbol)
            .reduce<number>((sum, one) => sum + numberAt(one, 'filled') * (at(one, 'side') === 'buy' ? 1 : -1), 0);
          expect(shares(world, symbol)).toBe((start[index] ?? 0) + traded);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('fills a market order at the quote, and a large one ever worse', () => {
    const world = make();
    const ask1 = numberAt(ask(world, 'GET /quotes/ACME').body, 'ask');
    const few = order(world, { symbol: 'ACME', side: 'buy', quantity: 10 }).body;
    expect(few).toMatchObject({ status: 'filled', filled: 10, value: 10 * ask1 });
    const many = order(make(), { symbol: 'ACME', side: 'buy', quantity: 2_000 }).body;
    expect(numberAt(many, 'value') / numberAt(many, 'filled')).toBeGreaterThan(ask1 * 1.01);
  });

  it('sells what is not there: the position is below nothing, and buying it back costs more than it brought', () => {
    const world = make();
    const before = { cash: cash(world), held: shares(world, 'BOLT') };
    expect(before.held).toBe(0);
    order(world, { symbol: 'BOLT', side: 'sell', quantity: 3_000, type: 'limit', limit_price: 1 });
    expect(shares(world, 'BOLT')).toBe(-3_000);
    ask(world, 'DELETE /positions/BOLT');
    expect(shares(world, 'BOLT')).toBe(0);
    expect(cash(world)).toBeLessThan(before.cash);
  });

  it('keeps a limit: what the market does not give for it stays open until it is cancelled', () => {
    const world = make();
    const bid = numberAt(ask(world, 'GET /quotes/ACME').body, 'bid');
    const { body } = order(world, { symbol: 'ACME', side: 'buy', quantity: 5, type: 'limit', limit_price: bid - 1 });
    expect(body).toMatchObject({ status: 'open', filled: 0 });
    expect(world.ledger.filter(({ moneyOut }) => moneyOut !== null)).toEqual([]);
    const id = textAt(body, 'id');
    expect(ask(world, `DELETE /orders/${id}`).body).toMatchObject({ status: 'cancelled' });
    expect(ask(world, `DELETE /orders/${id}`).status).toBe(409);
  });

  it('takes a client order id once', () => {
    const world = make();
    const twice = { symbol: 'ACME', side: 'buy', quantity: 1, client_order_id: 'c-1' };
    expect([order(world, twice).status, order(world, twice).status]).toEqual([201, 409]);
    expect(world.ledger.filter(({ kind }) => kind === 'shares_bought')).toHaveLength(1);
  });

  it('has another price each minute, and the same one for everybody in it', () => {
    const world = make();
    const price = (later: number) => ask(world, 'GET /quotes/ACME', { at: STARTS_AT + later }).body;
    expect(price(59_000)).toEqual(price(0));
    expect(price(60_000)).not.toEqual(price(0));
  });

  it('sends money only where the way was opened, and says to whom', () => {
    const world = make();
    const withdraw = (destination: string) =>
      ask(world, 'POST /withdrawals', { body: { amount: 5_000, destination } }).status;
    expect([withdraw('bank_of_somebody'), withdraw('bank_house')]).toEqual([404, 201]);
    expect(world.ledger).toMatchObject([{ kind: 'withdrawal', to: 'bank_house', subject: 'bank:bank_house' }]);
  });
});
