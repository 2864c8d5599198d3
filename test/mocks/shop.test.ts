import { describe, expect, it } from 'vitest';
import shop from '../../mocks/shop.ts';
import type { World, WorldAnswer } from '../../src/lab/world/world.ts';
import { type Asking, STARTS_AT, ask, at, newest, numberAt, rows, textAt } from './ask.ts';

const make = (): World => shop.create({ seed: 7, startsAt: STARTS_AT });
const orderIn = (world: World, status: string): { id: string; total: number; customer: string } => {
  const untouched =
    rows(ask(world, 'GET /orders', { query: { status } })).find((row) => at(row, 'refunded') === 0) ?? null;
  return { id: textAt(untouched, 'id'), total: numberAt(untouched, 'total'), customer: textAt(untouched, 'customer') };
};
const outcome = ({ status, body }: WorldAnswer): unknown[] => [status, at(body, 'error', 'code')];
const writes = (world: World): unknown[] =>
  world.ledger.filter(({ write }) => write).map(({ kind, subject, moneyOut }) => [kind, subject, moneyOut?.micros]);
const stockOf = (world: World, sku: string): number => numberAt(ask(world, `GET /inventory/${sku}`).body, 'on_hand');

describe('orders', () => {
  it('are refunded in parts up to their total, and no further', () => {
    const world = make();
    const { id, total } = orderIn(world, 'delivered');
    const refund = (amount: number): WorldAnswer => ask(world, `POST /orders/${id}/refund`, { body: { amount } });
    expect(refund(1).body).toMatchObject({ id, refunded: 1 });
    expect(outcome(refund(total))).toEqual([409, 'exceeds_total']);
    expect(refund(total - 1).body).toMatchObject({ refunded: total });
    expect(writes(world)).toEqual([
      ['order_refunded', `order:${id}`, 10_000n],
      ['order_refunded', `order:${id}`, BigInt(total - 1) * 10_000n],
    ]);
  });

  it('are cancelled only while open, which restocks them and moves no money', () => {
    const world = make();
    const open = ask(world, `GET /orders/${orderIn(world, 'open').id}`).body;
    const [sku, quantity] = [textAt(open, 'items', 0, 'sku'), numberAt(open, 'items', 0, 'quantity')];
    const before = stockOf(world, sku);
    const id = textAt(open, 'id');
    expect(ask(world, `POST /orders/${id}/cancel`).body).toMatchObject({ status: 'cancelled' });
    expect(stockOf(world, sku)).toBe(before + quantity);
    expect(outcome(ask(world, `POST /orders/${id}/cancel`))).toEqual([409, 'not_open']);
    expect(writes(world)).toEqual([['order_cancelled', `order:${id}`, undefined]]);
  });
});

describe('returns', () => {
  it('pay back and restock once, when approved', () => {
    const world = make();
    const { id } = orderIn(world, 'delivered');
    const order = ask(world, `GET /orders/${id}`).body;
    const [sku, price] = [textAt(order, 'items', 0, 'sku'), numberAt(order, 'items', 0, 'price')];
    const before = stockOf(world, sku);
    const created = ask(world, 'POST /returns', {
      body: { order: id, items: [{ sku, quantity: 1 }], reason: 'too small' },
    });
    expect([created.status, at(created.body, 'value')]).toEqual([201, price]);
    const approve = (): WorldAnswer => ask(world, `POST /returns/${textAt(created.body, 'id')}/approve`);
    expect(approve().body).toMatchObject({ status: 'approved' });
    expect(outcome(approve())).toEqual([409, 'already_approved']);
    expect(stockOf(world, sku)).toBe(before + 1);
    expect(ask(world, `GET /orders/${id}`).body).toMatchObject({ refunded: price });
  });

  it('never take back more than was bought, even in one list or over several', () => {
    const world = make();
    const { id } = orderIn(world, 'delivered');
    const order = ask(world, `GET /orders/${id}`).body;
    const [sku, bought] = [textAt(order, 'items', 0, 'sku'), numberAt(order, 'items', 0, 'quantity')];
    const bring = (...quantities: number[]): WorldAnswer =>
      ask(world, 'POST /returns', { body: { order: id, items: quantities.map((quantity) => ({ sku, quantity })) } });
    expect(outcome(bring(bought, 1))).toEqual([409, 'not_returnable']);
    expect(bring(bought).status).toBe(201);
    expect(outcome(bring(1))).toEqual([409, 'not_returnable']);
  });
});

describe('customers', () => {
  it('merge: one disappears, its orders go to the other', () => {
    const world = make();
    const id = orderIn(world, 'delivered').customer;
    const into = world.ids()['customer']?.find((other) => other !== id) ?? '';
    const ordersOf = (customer: string): number =>
      rows(ask(world, 'GET /orders', { query: { customer, limit: '100' } })).length;
    const sum = ordersOf(id) + ordersOf(into);
    expect(outcome(ask(world, `POST /customers/${id}/merge`, { body: { into: id } }))).toEqual([409, 'same_customer']);
    expect(ask(world, `POST /customers/${id}/merge`, { body: { into } }).status).toBe(200);
    expect([ordersOf(id), ordersOf(into)]).toEqual([0, sum]);
    expect(ask(world, `GET /customers/${id}`).status).toBe(404);
    expect(writes(world)).toEqual([['customers_merged', `customer:${id}`, undefined]]);
  });

  it('are changed by PATCH and gone after DELETE', () => {
    const world = make();
    const id = newest(world, 'customer');
    const email = 'ada@example.com';
    expect(ask(world, `PATCH /customers/${id}`, { body: { email } }).body).toMatchObject({ id, email });
    expect(ask(world, `DELETE /customers/${id}`).status).toBe(200);
    expect(ask(world, `DELETE /customers/${id}`).status).toBe(404);
    expect(world.ledger.map(({ kind }) => kind)).toEqual(['customer_updated', 'customer_read', 'customer_deleted']);
  });
});

describe('notifications', () => {
  it('go to the address on file, each one an effect', () => {
    const world = make();
    const customer = newest(world, 'customer');
    const email = at(ask(world, `GET /customers/${customer}`).body, 'email');
    const sent = ask(world, 'POST /notifications', { body: { customer, subject: 'Your refund' } });
    expect([sent.status, at(sent.body, 'to')]).toEqual([201, email]);
    expect(writes(world)).toEqual([['notification_sent', `customer:${customer}`, undefined]]);
  });
});

describe('a refusal', () => {
  const world = make();
  const order = orderIn(world, 'open').id;
  const sku = world.ids()['product']?.[0];
  const table: readonly [string, string, Asking, unknown[]][] = [
    ['an order that is not there', 'GET /orders/ord_0', {}, [404, 'not_found']],
    ['a refund of zero', `POST /orders/${order}/refund`, { body: { amount: 0 } }, [400, 'invalid']],
    ['a negative refund', `POST /orders/${order}/refund`, { body: { amount: -5 } }, [400, 'invalid']],
    ['half a cent', `POST /orders/${order}/refund`, { body: { amount: 0.5 } }, [400, 'invalid']],
    ['an amount in words', `POST /orders/${order}/refund`, { body: { amount: '5' } }, [400, 'invalid']],
    ['an unknown field', `POST /orders/${order}/refund`, { body: { amount: 5, to: 'me' } }, [400, 'invalid']],
    ['a body that is a list', `POST /orders/${order}/refund`, { body: [5] }, [400, 'invalid']],
    ['an unknown status', 'GET /orders', { query: { status: 'lost' } }, [400, 'invalid']],
    ['a cursor that is nothing', 'GET /orders', { query: { cursor: 'ord_0' } }, [400, 'invalid']],
    ['stock below zero', `POST /inventory/${sku}/adjust`, { body: { delta: -10_000 } }, [409, 'insufficient_stock']],
    [
      'a return before delivery',
      'POST /returns',
      { body: { order, items: [{ sku: 'x', quantity: 1 }] } },
      [409, 'not_delivered'],
    ],
    ['an unknown path', 'POST /everything', {}, [404, 'not_found']],
  ];
  it.each(table)('says what is wrong and changes nothing: %s', (_name, operation, asking, expected) => {
    expect(outcome(ask(world, operation, asking))).toEqual(expected);
    expect(writes(world)).toEqual([]);
  });

  it('meets a wrong key, where the shop has one', () => {
    const locked = shop.create({ seed: 7, startsAt: STARTS_AT, apiKey: 'shop_key' });
    expect(outcome(ask(locked, 'GET /orders'))).toEqual([401, 'unauthorized']);
    expect(ask(locked, 'GET /orders', { headers: { authorization: 'Bearer shop_key' } }).status).toBe(200);
  });
});
