import type { FieldForm, OperationForm } from '../../src/lab/world/world.ts';

const id = (of: string) => ({ kind: 'id', of }) as const;
const optional = <Form extends FieldForm>(form: Form) => ({ ...form, optional: true }) as const;
const amount = { kind: 'amount', unit: 'minor' } as const;
const currency = { kind: 'currency', of: ['usd', 'eur', 'jpy'] } as const;
const card = { kind: 'choice', of: ['pm_card_visa', 'pm_card_mastercard'] } as const;
const limit = optional({ kind: 'number', min: 1, max: 100 });
const details = {
  'body.email': optional({ kind: 'text', like: 'ada@example.com' }),
  'body.name': optional({ kind: 'text', like: 'Ada Lovelace' }),
  'body.description': optional({ kind: 'text', like: 'A regular' }),
} as const;

/** A list, and one of its items: `expand[]` puts the whole customer into either. */
const reads = (plural: string, kind: string, customer: boolean): readonly OperationForm[] => [
  {
    operation: `GET /v1/${plural}`,
    effect: 'read',
    fields: {
      'query.limit': limit,
      'query.starting_after': optional(id(kind)),
      ...(customer ? { 'query.customer': optional(id('customer')) } : {}),
      ...(customer ? { 'query.expand[]': optional({ kind: 'choice', of: ['data.customer'] }) } : {}),
    },
  },
  {
    operation: `GET /v1/${plural}/{id}`,
    effect: 'read',
    fields: { id: id(kind), ...(customer ? { 'query.expand[]': optional({ kind: 'choice', of: ['customer'] }) } : {}) },
  },
];

const post = (path: string, effect: OperationForm['effect'], fields: OperationForm['fields']): OperationForm => ({
  operation: `POST /v1/${path}`,
  effect,
  encoding: 'form',
  fields,
});

/** How each operation is called by somebody who knows the API. */
export const FORMS: readonly OperationForm[] = [
  { operation: 'GET /v1/balance', effect: 'read', fields: {} },

  ...reads('charges', 'charge', true),
  post('charges', 'money', {
    'body.amount': amount,
    'body.currency': currency,
    'body.source': { kind: 'choice', of: ['tok_visa', 'tok_mastercard'] },
    'body.customer': optional(id('customer')),
    'body.description': optional({ kind: 'text', like: 'One more' }),
  }),

  ...reads('customers', 'customer', false),
  post('customers', 'write', details),
  post('customers/{id}', 'write', { id: id('customer'), ...details }),
  { operation: 'DELETE /v1/customers/{id}', effect: 'destructive', fields: { id: id('customer') } },

  ...reads('payment_intents', 'payment_intent', true),
  post('payment_intents', 'money', {
    'body.amount': amount,
    'body.currency': currency,
    'body.customer': optional(id('customer')),
    'body.payment_method': card,
    'body.confirm': optional({ kind: 'choice', of: ['true', 'false'] }),
  }),
  post('payment_intents/{id}/confirm', 'money', { id: id('payment_intent'), 'body.payment_method': optional(card) }),

  ...reads('payouts', 'payout', false),
  post('payouts', 'money', {
    'body.amount': amount,
    'body.currency': currency,
    'body.method': optional({ kind: 'choice', of: ['standard', 'instant'] }),
  }),

  ...reads('refunds', 'refund', false),
  // A charge is given back by its own id or by that of its payment intent; without an amount, whole.
  ...(['charge', 'payment_intent'] as const).map((kind) =>
    post('refunds', 'money', {
      [`body.${kind}`]: id(kind),
      'body.amount': optional(amount),
      'body.reason': optional({ kind: 'choice', of: ['duplicate', 'fraudulent', 'requested_by_customer'] }),
    }),
  ),

  ...reads('transfers', 'transfer', false),
  post('transfers', 'money', {
    'body.amount': amount,
    'body.currency': currency,
    'body.destination': id('account'),
    'body.description': optional({ kind: 'text', like: 'Commission' }),
  }),
];
