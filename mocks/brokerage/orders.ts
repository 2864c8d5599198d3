import { z } from 'zod';
import type { WorldAnswer } from '../../src/lab/world/world.ts';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import type { Desk } from './desk.ts';
import { fill } from './market.ts';
import type { Instrument, Order } from './objects.ts';
import { route } from './route.ts';

const QUANTITY_MAX = 1_000_000;

const PLACE = z
  .strictObject({
    symbol: z.string(),
    side: z.enum(['buy', 'sell']),
    type: z.enum(['market', 'limit']).default('market'),
    quantity: z.int().positive().max(QUANTITY_MAX),
    limit_price: z.int().positive().nullable().default(null),
    client_order_id: z.string().min(1).max(100).nullable().default(null),
  })
  .refine(({ type, limit_price }) => (type === 'limit') === (limit_price !== null), {
    error: 'a limit order has a limit_price, and a market order has none',
  });

const STATUS = z.enum(['filled', 'partially_filled', 'open', 'cancelled']).optional();

/** An order is filled at once, as far as the market goes: what a limit order lacks stays open, and waits to be cancelled. */
export const orders = [
  route('GET /orders', z.strictObject({ ...PAGE, status: STATUS }), (desk, { status, ...where }) =>
    page(desk.orders, where, (order) => (status ?? order.status) === order.status),
  ),

  route('GET /orders/{id}', NOTHING, (desk, _input, id) => {
    const order = desk.orders.get(id);
    return order === undefined ? notFound('order', id) : answer(order);
  }),

  route('POST /orders', PLACE, (desk, given) => {
    const instrument = desk.instruments.get(given.symbol);
    if (instrument === undefined) return notFound('symbol', given.symbol);
    const twin = [...desk.orders.values()].find(
      ({ client_order_id: name }) => name !== null && name === given.client_order_id,
    );
    if (twin !== undefined) return refuse(409, 'duplicate_client_order_id', `Order ${twin.id} has this id already.`);
    return place(desk, instrument, given);
  }),

  route('DELETE /orders/{id}', NOTHING, (desk, _input, id) => {
    const order = desk.orders.get(id);
    if (order === undefined) return notFound('order', id);
    if (order.status !== 'open' && order.status !== 'partially_filled') {
      return refuse(409, 'not_open', `Order ${id} is ${order.status}.`);
    }
    const cancelled: Order = { ...order, status: 'cancelled' };
    desk.orders.set(id, cancelled);
    desk.changed('order_cancelled', `order:${id}`, `${order.quantity - order.filled} of ${order.symbol} were left`);
    return answer(cancelled);
  }),
];

/** Places an order and lets the market fill it. */
export function place(
  desk: Desk,
  instrument: Instrument,
  given: Pick<Order, 'symbol' | 'side' | 'type' | 'quantity' | 'limit_price' | 'client_order_id'>,
): WorldAnswer {
  const { filled, value } = fill(instrument, desk.quote(instrument), given);
  if (given.side === 'buy' && value > desk.cash) {
    return refuse(409, 'insufficient_buying_power', `It would cost ${value} cents; ${desk.cash} are there.`);
  }
  const order: Order = {
    id: desk.newId('ord'),
    ...given,
    status: statusOf(given, filled),
    filled,
    value,
    created_at: desk.now,
  };
  desk.orders.set(order.id, order);
  desk.changed('order_placed', `order:${order.id}`, `${given.side} ${given.quantity} of ${given.symbol}`);
  if (filled > 0) {
    if (given.side === 'buy') desk.bought(order);
    else desk.sold(order);
  }
  return answer(order, 201);
}

/** Where a market ends, what a market order lacks is let go. */
function statusOf({ type, quantity }: Pick<Order, 'type' | 'quantity'>, filled: number): Order['status'] {
  if (filled === quantity) return 'filled';
  if (type === 'market') return 'cancelled';
  return filled === 0 ? 'open' : 'partially_filled';
}
