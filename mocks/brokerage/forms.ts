import type { OperationForm } from '../../src/lab/world/world.ts';
import { id, list, one, optional, text, write } from '../json/forms.ts';

const order = {
  'body.symbol': id('symbol'),
  'body.side': { kind: 'choice', of: ['buy', 'sell'] },
  'body.quantity': { kind: 'number', min: 1, max: 1_000_000 },
  'body.client_order_id': text('c-1'),
} as const;

/** How each operation is called by somebody who knows the API. */
export const FORMS: readonly OperationForm[] = [
  { operation: 'GET /account', effect: 'read', fields: {} },
  list('withdrawals', 'withdrawal'),
  write('POST /withdrawals', 'money', {
    'body.amount': { kind: 'amount', unit: 'minor' },
    'body.destination': id('bank'),
  }),

  list('orders', 'order', {
    'query.status': optional({ kind: 'choice', of: ['filled', 'partially_filled', 'open', 'cancelled'] }),
  }),
  one('GET /orders/{id}', 'order'),
  write('POST /orders', 'money', { ...order, 'body.type': optional({ kind: 'choice', of: ['market'] }) }),
  write('POST /orders', 'money', {
    ...order,
    'body.type': { kind: 'choice', of: ['limit'] },
    'body.limit_price': { kind: 'amount', unit: 'minor' },
  }),
  one('DELETE /orders/{id}', 'order', 'write'),

  { operation: 'GET /positions', effect: 'read', fields: {} },
  one('GET /positions/{id}', 'symbol'),
  one('DELETE /positions/{id}', 'position', 'money'),

  { operation: 'GET /quotes', effect: 'read', fields: {} },
  one('GET /quotes/{id}', 'symbol'),
];
