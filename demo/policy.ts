/** One agent that may move money, and one in shadow whose judgement people still read. */
export function policyFor(url: string): string {
  return `# The night shift
version: 1
upstreams:
  payments: { url: '${url}', network: loopback, credential: { env: UPSTREAM_KEY, as: bearer } }
routes:
  get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read, subject: 'charge:{id}' }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: 'charge:{body.charge}'
    amount: { minor: body.amount, currency: USD }
    answer:
      { body: { id: { id: re_ }, object: refund, charge: '{body.charge}', amount: '{body.amount}', status: succeeded } }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
    rates: [{ route: create_refund, max: 3000, per: 1h }]
    budgets: [{ max: 25000 USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
    fresh: [{ route: create_refund, read: get_charge, maxAge: 60s }]
    approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
    resume: { people: 2 }
  support-bot:
    stage: shadow
    allow: [get_charge, create_refund]
    budgets: [{ max: 100000 USD, per: day, timezone: UTC }]
promotion: none
`;
}
