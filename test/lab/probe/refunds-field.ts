import { type Field, newField } from '../../../src/lab/probe/field.ts';
import type { ProbeRequest } from '../../../src/lab/probe/course.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { fail } from '../../../src/std/result.ts';
import payments from '../../../mocks/payments.ts';

export const STARTS_AT = Date.parse('2026-01-15T15:00:00Z');

/** A refund is paid in its charge's currency: whoever bounds dollars has to ask which that is. */
export const DOLLARS_ALONE =
  '    precondition: { read: "GET /v1/charges/{body.charge}", require: "response.body.currency == \'usd\'" }';

/** A field with the payments world, and a policy whose one agent, `bot`, has these rules. */
export function refundsField(rules: string, route = ''): Field {
  const text = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
${route}
agents:
  bot:
    stage: shadow
    allow: [get_charge, create_refund]
${rules}
`;
  const files = { include: () => fail('none'), document: () => fail('none') };
  const loaded = loadPolicy(text, 'interlock.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return newField(loaded.value, new Map([['payments', payments]]), { seed: 1, startsAt: STARTS_AT, size: 4 });
}

export function refund(charge: string, cents: number, key?: string): ProbeRequest {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = key === undefined ? form : { ...form, 'idempotency-key': key };
  return {
    upstream: 'payments',
    method: 'POST',
    target: '/v1/refunds',
    headers,
    body: `charge=${charge}&amount=${cents}`,
  };
}

export function getCharge(charge: string): ProbeRequest {
  return { upstream: 'payments', method: 'GET', target: `/v1/charges/${charge}` };
}
