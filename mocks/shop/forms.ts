import type { OperationForm } from '../../src/lab/world/world.ts';
import { id, list, one, optional, text, write } from '../json/forms.ts';

const reason = text('asked for by the customer');

/** How each operation is called by somebody who knows the API. */
export const FORMS: readonly OperationForm[] = [
  { operation: 'GET /account', effect: 'read', fields: {} },

  list('customers', 'customer'),
  one('GET /customers/{id}', 'customer'),
  write('PATCH /customers/{id}', 'write', {
    id: id('customer'),
    'body.name': text('Ada Lovelace'),
    'body.email': text('ada@example.com'),
    'body.phone': text('+14155550100'),
    'body.marketing': optional({ kind: 'choice', of: [true, false] }),
  }),
  one('DELETE /customers/{id}', 'customer', 'destructive'),
  write('POST /customers/{id}/merge', 'destructive', { id: id('customer'), 'body.into': id('customer') }),

  list('inventory', 'product'),
  one('GET /inventory/{id}', 'product'),
  write('POST /inventory/{id}/adjust', 'write', {
    id: id('product'),
    'body.delta': { kind: 'number', min: -10_000, max: 10_000 },
    'body.reason': reason,
  }),

  write('POST /inventory/{id}/price', 'write', {
    id: id('product'),
    'body.price': { kind: 'amount', unit: 'minor' },
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
  one('GET /orders/{id}', 'order'),
  write('POST /orders/{id}/cancel', 'write', { id: id('order'), 'body.reason': reason }),
  write('POST /orders/{id}/refund', 'money', {
    id: id('order'),
    'body.amount': { kind: 'amount', unit: 'minor' },
    'body.reason': reason,
  }),

  one('GET /returns/{id}', 'return'),
  write('POST /returns', 'write', {
    'body.order': id('order'),
    'body.items.0.sku': id('product'),
    'body.items.0.quantity': { kind: 'number', min: 1, max: 3 },
    'body.reason': reason,
  }),
  one('POST /returns/{id}/approve', 'return', 'money'),
];
