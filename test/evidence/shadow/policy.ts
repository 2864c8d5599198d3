import { expect } from 'vitest';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';

/** An agent that refunds and credits in shadow, with every kind of limit that the report draws. */
export const REFUNDS = `
version: 1
upstreams:
  payments: { url: https://api.payments.example, credential: { env: PAYMENTS_KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read, pii: true }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  send_credit:
    match: POST /v1/credits
    upstream: payments
    effect: money
    subject: "customer:{body.customer}"
    amount: { minor: body.amount, currency: EUR }
  update_charge: { match: "POST /v1/charges/{id}", upstream: payments, effect: write, subject: "charge:{id}" }
  cancel_subscription: { match: "DELETE /v1/subscriptions/{id}", upstream: payments, effect: destructive, subject: "subscription:{id}" }
agents:
  refunds-bot:
    stage: shadow
    allow: [get_charge, list_charges, create_refund, send_credit, update_charge, cancel_subscription]
    collar: [{ route: create_refund, min: 1 USD, max: 500 USD }, { route: send_credit, max: 50 EUR }]
    approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
    once: [{ route: create_refund, per: subject }]
    rates: [{ effect: money, max: 60, per: 1h }, { route: get_charge, max: 400, per: 1h }]
    budgets: [{ routes: [create_refund], max: 2000 USD, per: day, timezone: America/New_York }, { routes: [send_credit], max: 400 EUR, per: 24h }]
    triggers: [{ route: create_refund, same: call, count: 4, within: 1h, onTrip: freeze }]
`;

export function loaded(text: string): LoadedPolicy {
  const policy = loadPolicy(text, 'interlock.yaml');
  expect(policy).toMatchObject({ ok: true });
  if (!policy.ok) throw new Error('the policy does not load');
  return policy.value;
}
