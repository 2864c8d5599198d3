// What both benchmarks of a kill send, and the policy that lets it through.

const head = (token: string): string =>
  `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\nConnection: close\r\n`;

/** An answer that does not end by itself. */
export const stream = (token: string, id: string): string =>
  `GET /payments/v1/events/${id} HTTP/1.1\r\n${head(token)}\r\n`;

export function refund(token: string, charge: string): string {
  const body = JSON.stringify({ charge, amount: 10, currency: 'usd' });
  return `POST /payments/v1/refunds HTTP/1.1\r\n${head(token)}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** @param agents the policy's `agents`, each line indented as it stands there */
export const killPolicy = (upstream: string, connections: number, agents: string): string => `
version: 1
promotion: none
upstreams:
  payments:
    url: ${upstream}
    network: loopback
    credential: { env: BENCH_KEY, as: bearer }
    connections: ${connections}
routes:
  get_events: { match: "GET /v1/events/{id}", upstream: payments, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
${agents}
`;
