import brokerage from '../../mocks/brokerage.ts';
import { ROUTES as BROKERAGE } from '../../mocks/brokerage/routes.ts';
import crm from '../../mocks/crm.ts';
import { ROUTES as CRM } from '../../mocks/crm/routes.ts';
import paidQuotes from '../../mocks/paid-quotes.ts';
import payables from '../../mocks/payables.ts';
import payments from '../../mocks/payments.ts';
import { ENDPOINTS } from '../../mocks/payments/endpoints.ts';
import shop from '../../mocks/shop.ts';
import { ROUTES as SHOP } from '../../mocks/shop/routes.ts';
import type { World, WorldAnswer, WorldDefinition } from '../../src/lab/world/world.ts';
import { STARTS_AT, at } from './ask.ts';

/** A world of the library, and what a test must know of it. */
export interface Shipped {
  readonly definition: WorldDefinition;
  /** Everything it answers. */
  readonly operations: readonly string[];
  /** How it says that a request is well written, but that its state stands against it. */
  readonly isConflict: (answer: WorldAnswer, operation: string) => boolean;
}

const texts = (all: readonly { readonly operation: { readonly text: string } }[]): readonly string[] =>
  all.map(({ operation }) => operation.text);

const PAYMENTS_CONFLICTS = new Set([
  'balance_insufficient',
  'charge_already_refunded',
  'charge_disputed',
  'payment_intent_unexpected_state',
]);

/** What has no code, or shares one with a mistake. */
const MESSAGES: Readonly<Record<string, RegExp>> = {
  // Too much; or an intent that nobody has paid yet.
  'POST /v1/refunds': /is greater than unrefunded amount|^No such charge: ''$/,
  // The customer was deleted since.
  'POST /v1/payment_intents/{id}/confirm': /^No such customer: /,
};

export const SHIPPED: readonly Shipped[] = [
  {
    definition: payments,
    operations: texts(ENDPOINTS.all),
    isConflict({ body }, operation) {
      const { code = '', message = '' } = (at(body, 'error') ?? {}) as { code?: string; message?: string };
      return PAYMENTS_CONFLICTS.has(code) || MESSAGES[operation]?.test(message) === true;
    },
  },
  { definition: brokerage, operations: texts(BROKERAGE.all), isConflict: ({ status }) => status === 409 },
  { definition: crm, operations: texts(CRM.all), isConflict: ({ status }) => status === 409 },
  { definition: shop, operations: texts(SHOP.all), isConflict: ({ status }) => status === 409 },
  {
    definition: payables,
    operations: ['GET /vendors/{id}', 'GET /invoices', 'GET /invoices/{id}', 'POST /payouts'],
    isConflict: () => false,
  },
  {
    definition: paidQuotes,
    operations: ['GET /quotes/{symbol}'],
    // Not paid yet: the answer says what it costs.
    isConflict: ({ status }) => status === 402,
  },
];

export const made = ({ definition }: Shipped, seed: number, size = 6): World =>
  definition.create({ seed, startsAt: STARTS_AT, size });
