/** The policy of the planted night. Its addresses are never asked: the night's own business stands behind every upstream. */
export const NIGHT_POLICY = `version: 1
environment: production
upstreams:
  payments: { url: https://api.payments.example, credential: { env: PAYMENTS_KEY, as: bearer } }
  helpdesk: { url: https://helpdesk.example, credential: { env: HELPDESK_KEY, as: bearer } }
routes:
  get_ticket:       { match: "GET /tickets/{id}", upstream: helpdesk, effect: read, subject: "ticket:{id}" }
  get_charge:       { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  get_subscription: { match: "GET /v1/subscriptions/{id}", upstream: payments, effect: read, subject: "subscription:{id}" }
  get_invoice:      { match: "GET /v1/invoices/{id}", upstream: payments, effect: read }
  get_vendor:       { match: "GET /v1/vendors/{id}", upstream: payments, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  create_charge:
    match: POST /v1/charges
    upstream: payments
    effect: money
    subject: "customer:{body.customer}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
  create_payout:
    match: POST /v1/payouts
    upstream: payments
    effect: money
    subject: "invoice:{body.invoice}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: production
    allow: [get_ticket, get_charge, create_refund]
    budgets: [{ max: 500 USD, per: 24h, onTrip: freeze }]
    fresh:   [{ route: create_refund, read: get_charge, maxAge: 60s }]
    approval:
      - route: create_refund
        above: 100 USD
        expires: 30m
  billing-bot:
    stage: production
    allow: [get_subscription, create_charge]
    budgets: [{ max: 5000 USD, per: 24h }]
  payables-bot:
    stage: production
    allow: [get_invoice, get_vendor, create_payout]
    budgets: [{ max: 9000 USD, per: 24h }]
    provenance:
      - { route: create_payout, field: body.destination, from: [{ route: get_vendor, field: body.account }] }
notify:
  - { pagerduty: { env: PD_ROUTING_KEY } }
  - { slack: { env: SLACK_WEBHOOK_URL }, on: [freeze, hold] }
`;
