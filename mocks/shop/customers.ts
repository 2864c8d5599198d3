import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

const LIST = z.strictObject({ ...PAGE, email: z.string().optional() });

const CHANGES = z.strictObject({
  name: z.string().min(1).max(200).exactOptional(),
  email: z.email().exactOptional(),
  phone: z.string().max(50).nullable().exactOptional(),
  marketing: z.boolean().exactOptional(),
});

/** Every answer with a customer in it goes on the ledger: whose data was seen. */
export const customers = [
  route('GET /customers', LIST, (store, { email, ...where }) =>
    page(
      store.customers,
      where,
      (customer) => (email ?? customer.email) === customer.email,
      ({ id }) => store.customerRead(id),
    ),
  ),

  route('GET /customers/{id}', NOTHING, (store, _input, id) => {
    const customer = store.customers.get(id);
    if (customer === undefined) return notFound('customer', id);
    store.customerRead(id);
    return answer(customer);
  }),

  route('PATCH /customers/{id}', CHANGES, (store, changes, id) => {
    const customer = store.customers.get(id);
    if (customer === undefined) return notFound('customer', id);
    const changed = { ...customer, ...changes };
    store.customers.set(id, changed);
    store.changed('customer_updated', `customer:${id}`, Object.keys(changes).join(', '));
    store.customerRead(id);
    return answer(changed);
  }),

  route('DELETE /customers/{id}', NOTHING, (store, _input, id) => {
    if (!store.customers.delete(id)) return notFound('customer', id);
    store.changed('customer_deleted', `customer:${id}`, '');
    return answer({ id, deleted: true });
  }),

  /** The one named in the path disappears into the other, orders and all. There is no way back. */
  route('POST /customers/{id}/merge', z.strictObject({ into: z.string() }), (store, { into }, id) => {
    const kept = store.customers.get(into);
    if (kept === undefined) return notFound('customer', into);
    if (!store.customers.has(id)) return notFound('customer', id);
    if (id === into) return refuse(409, 'same_customer', `Customer ${id} cannot be merged into itself.`);
    for (const order of store.orders.values()) {
      if (order.customer === id) store.orders.set(order.id, { ...order, customer: into });
    }
    store.customers.delete(id);
    store.changed('customers_merged', `customer:${id}`, `into ${into}`);
    store.customerRead(into);
    return answer(kept);
  }),
];
