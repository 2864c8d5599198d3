import { type Result, fail, ok } from '../../src/std/result.ts';
import type { Books } from './books.ts';
import { endpoint } from './endpoint.ts';
import { type Refusal, missing } from './errors.ts';
import type { Customer } from './objects.ts';
import { PAGE, page } from './page.ts';
import { during, hash, optional, text } from './parameters.ts';

const DETAILS = {
  address: optional(hash),
  description: optional(text),
  email: optional(text),
  name: optional(text),
  phone: optional(text),
  metadata: optional(hash),
};

/** Every answer with a customer in it goes on the ledger: whose data was seen. */
export const customers = [
  endpoint('GET /v1/customers', { ...PAGE, created: optional(during), email: optional(text) }, (books, given) => {
    const found = page('/v1/customers', books.customers, given, (customer) => {
      if ('deleted' in customer) return false;
      return (given.email ?? customer.email) === customer.email && (given.created?.(customer.created) ?? true);
    });
    if (found.ok) for (const { id } of found.value.data) books.customerRead(id);
    return found;
  }),

  endpoint('GET /v1/customers/{id}', {}, (books, _given, id) => {
    const customer = books.customers.get(id);
    if (customer === undefined) return fail(missing('customer', id));
    if (!('deleted' in customer)) books.customerRead(id);
    return ok(customer);
  }),

  endpoint('POST /v1/customers', DETAILS, (books, given) => {
    const customer: Customer = {
      id: books.newId('cus'),
      object: 'customer',
      created: books.created,
      address: given.address ?? null,
      balance: 0,
      currency: null,
      delinquent: false,
      description: given.description ?? null,
      email: given.email ?? null,
      livemode: false,
      metadata: given.metadata ?? {},
      name: given.name ?? null,
      phone: given.phone ?? null,
    };
    books.customers.set(customer.id, customer);
    books.changed('customer_created', `customer:${customer.id}`);
    return ok(customer);
  }),

  endpoint('POST /v1/customers/{id}', DETAILS, (books, given, id) => {
    const customer = living(books, id);
    if (!customer.ok) return customer;
    const changes = Object.entries(given).filter(([, value]) => value !== undefined);
    const metadata = { ...customer.value.metadata, ...given.metadata };
    const changed: Customer = { ...customer.value, ...Object.fromEntries(changes), metadata };
    books.customers.set(id, changed);
    books.changed('customer_updated', `customer:${id}`, changes.map(([name]) => name).join(', '));
    books.customerRead(id);
    return ok(changed);
  }),

  endpoint('DELETE /v1/customers/{id}', {}, (books, _given, id) => {
    const customer = living(books, id);
    if (!customer.ok) return customer;
    const deleted = { id, object: 'customer', deleted: true } as const;
    books.customers.set(id, deleted);
    books.changed('customer_deleted', `customer:${id}`);
    return ok(deleted);
  }),
];

export function living(books: Books, id: string, param = 'id', status = 404): Result<Customer, Refusal> {
  const customer = books.customers.get(id);
  if (customer === undefined || 'deleted' in customer) return fail(missing('customer', id, param, status));
  return ok(customer);
}
