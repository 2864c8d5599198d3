/** A policy in which every place that can hold personal data does. */
export function privacyPolicy(upstream: URL): string {
  return `
version: 1
promotion: none
upstreams:
  shop: { url: "${upstream.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer } }
routes:
  get_charge:
    match: GET /v1/charges/{id}
    upstream: shop
    effect: read
    subject: "charge:{id}"
    pii: [answer.billing]
    person: "customer:{answer.customer}"
  find_customers:
    match: GET /v1/customers
    upstream: shop
    effect: read
    pii: [query.email, answer.data.*]
    person: "customer:{answer.data.id}"
  create_refund:
    match: POST /v1/refunds
    upstream: shop
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
    pii: [body.email, body.metadata.phone]
    person: "customer:{body.customer}"
  write_letter:
    match: POST /v1/letters
    upstream: shop
    effect: write
    subject: "customer:{body.customer}"
    pii: true
  forget_address:
    match: DELETE /v1/mailboxes/{email}
    upstream: shop
    effect: destructive
    subject: "mailbox:{email}"
    pii: [email, header.x-name]
    person: "customer:{header.x-customer}"
  get_vendor:
    match: GET /v1/vendors/{id}
    upstream: shop
    effect: read
    pii: true
    person: "customer:{answer.customer}"
  pay_out:
    match: POST /v1/payouts
    upstream: shop
    effect: money
    amount: { minor: body.amount, currency: USD }
    pii: [body.iban]
    person: "customer:{body.customer}"
agents:
  clerk:
    stage: production
    allow: [get_charge, find_customers, create_refund, write_letter, forget_address, get_vendor, pay_out]
    once:
      - { route: create_refund, per: subject }
      - { route: forget_address, per: subject }
    fresh: [{ route: create_refund, read: get_charge, maxAge: 10m }]
    approval: [{ route: write_letter, expires: 1h }]
    provenance:
      - { route: pay_out, field: body.iban, from: [{ task: payee }, { route: get_vendor, field: body.iban }] }
    triggers: [{ same: call, count: 400, within: 1h }]
`;
}
