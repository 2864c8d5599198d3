/** Every guard at once, with limits that the benchmark does not reach: what is measured is judging, not refusing. */
export const benchPolicy = (upstream: string): string => `
version: 1
upstreams:
  payments:
    url: ${upstream}
    network: loopback
    credential: { env: BENCH_KEY, as: bearer }
    connections: 256
    inflight: 1000
routes:
  get_charge:    { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  bench:
    stage: production
    allow: [get_charge, { route: create_refund, when: "body.amount <= 20000" }]
    collar:   [{ route: create_refund, max: 200 USD, currencies: [USD] }]
    rates:    [{ max: 1000000, per: 10s }, { route: create_refund, max: 1000000, per: 1m }]
    budgets:
      - { max: 500000000 USD, per: day, timezone: America/New_York }
      - { max: 500000000 USD, per: 24h }
    once:     [{ route: create_refund, per: subject }]
    inflight: 500
    triggers: [{ same: call, count: 500, within: 60s }]
`;
