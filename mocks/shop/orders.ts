import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

const LIST = z.strictObject({
  ...PAGE,
  status: z.enum(['open', 'shipped', 'delivered', 'cancelled']).optional(),
  customer: z.string().optional(),
});

/** Orders are paid when they are placed. A cancelled order's money goes back by a refund, not by itself. */
export const orders = [
  route('GET /orders', LIST, (store, { status, customer, ...where }) =>
    page(
      store.orders,
      where,
      (order) => (status ?? order.status) === order.status && (customer ?? order.customer) === order.customer,
    ),
  ),

  route('GET /orders/{id}', NOTHING, (store, _input, id) => {
    const order = store.orders.get(id);
    return order === undefined ? notFound('order', id) : answer(order);
  }),

  route(
    'POST /orders/{id}/cancel',
    z.strictObject({ reason: z.string().max(500).optional() }),
    (store, { reason }, id) => {
      const order = store.orders.get(id);
      if (order === undefined) return notFound('order', id);
      if (order.status !== 'open') return refuse(409, 'not_open', `Order ${id} is ${order.status}.`);
      const cancelled = { ...order, status: 'cancelled' } as const;
      store.orders.set(id, cancelled);
      store.restock(order.items);
      store.changed('order_cancelled', `order:${id}`, reason ?? '');
      return answer(cancelled);
    },
  ),

  route(
    'POST /orders/{id}/refund',
    z.strictObject({ amount: z.int().positive(), reason: z.string().max(500).optional() }),
    (store, { amount, reason }, id) => {
      const order = store.orders.get(id);
      if (order === undefined) return notFound('order', id);
      const rest = order.total - order.refunded;
      if (amount > rest) return refuse(409, 'exceeds_total', `Of order ${id} only ${rest} cents are left to refund.`);
      return answer(store.payBack(order, amount, reason ?? ''));
    },
  ),
];
