import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import type { Order, Return } from './objects.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';
import type { Store } from './store.ts';

const CREATE = z.strictObject({
  order: z.string(),
  items: z
    .array(z.strictObject({ sku: z.string(), quantity: z.int().positive() }))
    .min(1)
    .max(100),
  reason: z.string().max(500).default(''),
});

export const returns = [
  route('GET /returns/{id}', NOTHING, (store, _input, id) => {
    const found = store.returns.get(id);
    return found === undefined ? notFound('return', id) : answer(found);
  }),

  route('POST /returns', CREATE, (store, { order: orderId, items, reason }) => {
    const order = store.orders.get(orderId);
    if (order === undefined) return notFound('order', orderId);
    if (order.status !== 'delivered') return refuse(409, 'not_delivered', `Order ${orderId} is ${order.status}.`);
    const tooMany = items.find(({ sku }) => quantityOf(items, sku) > returnable(store, order, sku));
    if (tooMany !== undefined) {
      const left = returnable(store, order, tooMany.sku);
      return refuse(409, 'not_returnable', `Of ${tooMany.sku} in order ${orderId} only ${left} can be returned.`);
    }
    const price = new Map(order.items.map((item) => [item.sku, item.price]));
    const created: Return = {
      id: store.newId('ret'),
      order: orderId,
      items,
      reason,
      value: items.reduce((sum, { sku, quantity }) => sum + quantity * (price.get(sku) ?? 0), 0),
      status: 'requested',
      created_at: store.now,
    };
    store.returns.set(created.id, created);
    store.changed('return_requested', `order:${orderId}`, created.id);
    return answer(created, 201);
  }),

  /** The goods go back on the shelf, their price goes back to the customer. */
  route('POST /returns/{id}/approve', NOTHING, (store, _input, id) => {
    const found = store.returns.get(id);
    const order = found && store.orders.get(found.order);
    if (found === undefined || order === undefined) return notFound('return', id);
    if (found.status === 'approved') return refuse(409, 'already_approved', `Return ${id} is approved already.`);
    const rest = order.total - order.refunded;
    if (found.value > rest)
      return refuse(409, 'exceeds_total', `Of order ${order.id} only ${rest} cents are left to refund.`);
    const approved = { ...found, status: 'approved' } as const;
    store.returns.set(id, approved);
    store.restock(found.items);
    store.changed('return_approved', `order:${order.id}`, id);
    store.payBack(order, found.value, id);
    return answer(approved);
  }),
];

/** How many of a product the order holds that no return names yet. */
function returnable(store: Store, order: Order, sku: string): number {
  const earlier = [...store.returns.values()].filter((one) => one.order === order.id).flatMap(({ items }) => items);
  return quantityOf(order.items, sku) - quantityOf(earlier, sku);
}

function quantityOf(items: readonly { readonly sku: string; readonly quantity: number }[], sku: string): number {
  return items.reduce((sum, item) => (item.sku === sku ? sum + item.quantity : sum), 0);
}
