/** As many guards as one business can have, with limits so low that short courses reach them. */
export const TILL = `
version: 1
upstreams:
  till: { url: https://till.example, credential: { env: TILL_KEY, as: bearer }, breaker: { errors: 50%, minimum: 6, within: 60s } }
routes:
  list: { match: GET /v1/customers, upstream: till, effect: read }
  read_customer: { match: "GET /v1/customers/{id}", upstream: till, effect: read, subject: "customer:{id}" }
  write_note: { match: "POST /v1/customers/{id}", upstream: till, effect: write, subject: "customer:{id}" }
  remove: { match: "DELETE /v1/customers/{id}", upstream: till, effect: destructive, subject: "customer:{id}" }
  read_order: { match: "GET /v1/orders/{id}", upstream: till, effect: read, subject: "order:{id}" }
  refund:
    match: POST /v1/refunds
    upstream: till
    effect: money
    subject: "order:{body.order}"
    amount: { minor: body.amount, currency: USD }
    precondition: { read: "GET /v1/orders/{body.order}", require: "response.body.refunded < 3000" }
  pay:
    match: POST /v1/payouts
    upstream: till
    effect: money
    subject: "account:{body.to}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  clerk:
    stage: production
    allow: [list, read_customer, write_note, read_order, { route: refund, when: "body.amount <= 5000" }, remove]
    collar: [{ route: refund, min: 0.50 USD, max: 60 USD, currencies: [USD] }]
    rates: [{ route: refund, max: 4, per: 10m }, { route: read_customer, max: 6, per: 1m }]
    budgets: [{ max: 80 USD, per: day, timezone: America/New_York, onTrip: deny }]
    once: [{ route: refund, per: subject, within: 1h }]
    fresh: [{ route: write_note, read: read_customer, maxAge: 60s }]
    backoff: [{ route: refund, initial: 1s, factor: 2, max: 1m, attempts: 6 }]
    volume: [{ route: remove, max: 50%, of: read_customer, per: 1h, free: 1, onTrip: deny }]
    inflight: 3
    triggers: [{ errorRate: 60%, within: 5m, minimum: 3 }]
  payer:
    stage: production
    allow: [read_customer, pay]
    budgets: [{ max: 120 USD, per: 24h, each: task, onTrip: deny }]
    approval: [{ route: pay, above: 40 USD, expires: 30m }]
    provenance: [{ route: pay, field: body.to, from: [{ task: payee }, { route: read_customer, field: body.account }], otherwise: hold }]
    triggers: [{ same: call, count: 7, within: 60s }, { denials: 9, within: 60s }]
budgets: [{ max: 150 USD, per: 6h, onTrip: freeze }]
`;

export const CHARGES = `
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
    precondition: { read: "GET /v1/charges/{body.charge}", require: "response.body.disputed == false" }
  create_transfer:
    match: POST /v1/transfers
    upstream: payments
    effect: money
    subject: "account:{body.destination}"
    amount: { minor: body.amount, currency: body.currency }
  delete_customer: { match: "DELETE /v1/customers/{id}", upstream: payments, effect: destructive, subject: "customer:{id}" }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
    rates: [{ route: create_refund, max: 5, per: 1h }]
    budgets: [{ max: 30 USD, per: day, timezone: Europe/Berlin }]
    once: [{ route: create_refund, per: subject }]
    fresh: [{ route: create_refund, read: get_charge, maxAge: 60s }]
  night-bot:
    stage: production
    allow: [get_charge, create_refund, create_transfer, delete_customer]
    rates: [{ route: delete_customer, max: 1, per: 24h }]
    budgets: [{ route: create_transfer, max: 100 USD, per: 1h, each: grant, onTrip: kill }]
    once: [{ route: create_refund, per: subject }]
    approval: [{ route: create_transfer, above: 20 USD, expires: 30m }]
    triggers: [{ same: subject, count: 5, within: 60s }, { errorRate: 70%, within: 5m, minimum: 3 }]
`;
