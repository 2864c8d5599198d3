import type { FieldForm, OperationForm } from '../../src/lab/world/world.ts';

const id = (of: string) => ({ kind: 'id', of }) as const;
const optional = <Form extends FieldForm>(form: Form) => ({ ...form, optional: true }) as const;
const text = (like: string) => optional({ kind: 'text', like });
const reason = text('asked for by the customer');

const list = (plural: string, kind: string, filters: OperationForm['fields'] = {}): OperationForm => ({
  operation: `GET /${plural}`,
  effect: 'read',
  fields: {
    'query.limit': optional({ kind: 'number', min: 1, max: 100 }),
    'query.cursor': optional(id(kind)),
    ...filters,
  },
});

const one = (plural: string, kind: string): OperationForm => ({
  operation: `GET /${plural}/{id}`,
  effect: 'read',
  fields: { id: id(kind) },
});

const write = (operation: string, effect: OperationForm['effect'], fields: OperationForm['fields']): OperationForm => ({
  operation,
  effect,
  encoding: 'json',
  fields,
});

/** How each operation is called by somebody who knows the API. */
export const FORMS: readonly OperationForm[] = [
  { operation: 'GET /account', effect: 'read', fields: {} },

  list('customers', 'customer'),
  one('customers', 'customer'),
  write('PATCH /customers/{id}', 'write', {
    id: id('customer'),
    'body.name': text('Ada Lovelace'),
    'body.email': text('ada@example.com'),
    'body.phone': text('+14155550100'),
    'body.marketing': optional({ kind: 'choice', of: [true, false] }),
  }),
  { operation: 'DELETE /customers/{id}', effect: 'destructive', fields: { id: id('customer') } },
  write('POST /customers/{id}/merge', 'destructive', { id: id('customer'), 'body.into': id('customer') }),

  list('inventory', 'product'),
  one('inventory', 'product'),
  write('POST /inventory/{id}/adjust', 'write', {
    id: id('product'),
    'body.delta': { kind: 'number', min: -10_000, max: 10_000 },
    'body.reason': reason,
  }),

  list('notifications', 'notification'),
  write('POST /notifications', 'write', {
    'body.customer': id('customer'),
    'body.channel': optional({ kind: 'choice', of: ['email', 'sms'] }),
    'body.subject': { kind: 'text', like: 'About your order' },
    'body.text': text('It is on its way.'),
  }),

  list('orders', 'order', {
    'query.status': optional({ kind: 'choice', of: ['open', 'shipped', 'delivered', 'cancelled'] }),
    'query.customer': optional(id('customer')),
  }),
  one('orders', 'order'),
  write('POST /orders/{id}/cancel', 'write', { id: id('order'), 'body.reason': reason }),
  write('POST /orders/{id}/refund', 'money', {
    id: id('order'),
    'body.amount': { kind: 'amount', unit: 'minor' },
    'body.reason': reason,
  }),

  one('returns', 'return'),
  write('POST /returns', 'write', {
    'body.order': id('order'),
    'body.items.0.sku': id('product'),
    'body.items.0.quantity': { kind: 'number', min: 1, max: 3 },
    'body.reason': reason,
  }),
  { operation: 'POST /returns/{id}/approve', effect: 'money', fields: { id: id('return') } },
];
