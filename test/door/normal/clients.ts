import type { Json } from '../../../src/std/canonical-json.ts';

/** One request as a real client put it on the wire. */
export interface ClientRequest {
  readonly client: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly target: string;
  /** `Name: value`, one a line. */
  readonly headers: string;
  /** Names whose headers must arrive upstream, in this order. */
  readonly forwarded: string;
  readonly query: Json;
  readonly body: string;
  readonly value: Json | undefined;
}

const STRIPE_HEADERS = `Accept: application/json
Content-Type: application/x-www-form-urlencoded
User-Agent: Stripe/v1 NodeBindings/23.1.0
X-Stripe-Client-User-Agent: {"bindings_version":"23.1.0","lang":"node","typescript":"false","httplib":"node"}
Stripe-Version: 2026-10-28.endive
Authorization: Bearer k
Host: d:1
Connection: keep-alive`;
const STRIPE_FORWARDED = 'accept content-type user-agent x-stripe-client-user-agent stripe-version';

/** Captured from the clients themselves (those marked † written from their documentation), keys and hosts replaced. */
export const CLIENT_REQUESTS: readonly ClientRequest[] = [
  {
    client: 'stripe-node creates a refund',
    method: 'POST',
    target: '/v1/refunds',
    headers: `${STRIPE_HEADERS}\nIdempotency-Key: stripe-node-retry-875c1199\nContent-Length: 178`,
    forwarded: `${STRIPE_FORWARDED} idempotency-key`,
    query: {},
    body:
      'charge=ch_3Mm&amount=2000&metadata[order_id]=6735&' +
      'metadata[note]=it%27s%20broken%3B%20100%25%20%28caf%C3%A9%29&expand[0]=charge&expand[1]=balance_transaction',
    value: {
      charge: 'ch_3Mm',
      amount: '2000',
      metadata: { order_id: '6735', note: "it's broken; 100% (café)" },
      expand: ['charge', 'balance_transaction'],
    },
  },
  {
    client: 'stripe-node lists charges',
    method: 'GET',
    target: '/v1/charges?limit=3&created[gte]=1700000000&expand[0]=data.customer',
    headers: STRIPE_HEADERS,
    forwarded: STRIPE_FORWARDED,
    query: { limit: '3', created: { gte: '1700000000' }, expand: ['data.customer'] },
    body: '',
    value: undefined,
  },
  {
    client: 'stripe-node previews an invoice',
    method: 'POST',
    target: '/v1/invoices/create_preview',
    headers: STRIPE_HEADERS,
    forwarded: STRIPE_FORWARDED,
    query: {},
    body: 'invoice_items[0][price]=p_1&invoice_items[0][quantity]=2&invoice_items[1][price]=p_2&metadata[67350]=x',
    value: { invoice_items: [{ price: 'p_1', quantity: '2' }, { price: 'p_2' }], metadata: { '67350': 'x' } },
  },
  {
    client: 'stripe-node deletes a customer',
    method: 'DELETE',
    target: '/v1/customers/cus_1',
    headers: STRIPE_HEADERS,
    forwarded: STRIPE_FORWARDED,
    query: {},
    body: '',
    value: undefined,
  },
  {
    client: 'curl -d sends a form with raw spaces',
    method: 'POST',
    target: '/v1/refunds',
    headers: `Host: d:1
Authorization: Basic c2tfdGVzdF8xMjM6
User-Agent: curl/7.88.1
Accept: */*
Content-Length: 66
Content-Type: application/x-www-form-urlencoded`,
    forwarded: 'user-agent accept content-type',
    query: {},
    body: 'charge=ch_1&amount=1000&metadata[note]=hello world&expand[]=charge&expand[]=customer',
    value: { charge: 'ch_1', amount: '1000', metadata: { note: 'hello world' }, expand: ['charge', 'customer'] },
  },
  {
    client: 'curl --json patches',
    method: 'PATCH',
    target: '/v1/orders/a%20b/?x=1&y=',
    headers: `Host: d:1
User-Agent: curl/7.88.1
Authorization: Bearer k
Content-Type: application/json
Accept: application/json
Content-Length: 29`,
    forwarded: 'user-agent content-type accept',
    query: { x: '1', y: '' },
    body: '{"a": -1.5e3, "b": [1, 2.50]}\n',
    value: { a: -1500, b: [1, 2.5] },
  },
  {
    client: 'python urllib posts JSON',
    method: 'POST',
    target: '/v1/payouts?q=a+b%2F%C3%A9%25&when=2024-01-01T00%3A00%3A00%2B00%3A00',
    headers: `Accept-Encoding: identity
Content-Length: 65
Host: d:1
User-Agent: Python-urllib/3.11
Content-Type: application/json
Authorization: Bearer k
Connection: close`,
    forwarded: 'user-agent content-type',
    query: { q: 'a b/é%', when: '2024-01-01T00:00:00+00:00' },
    body: '{"amount": 12.5, "note": "caf\\u00e9 \\ud83d\\ude00", "tiny": 1e-07, "at": 1700000000.123456}',
    value: { amount: 12.5, note: 'café 😀', tiny: 1e-7, at: 1700000000.123456 },
  },
  {
    client: 'fetch posts JSON',
    method: 'POST',
    target: '/v1/chat/completions',
    headers: `host: d:1
connection: keep-alive
content-type: application/json
authorization: Bearer k
accept: */*
accept-language: *
sec-fetch-mode: cors
user-agent: node
accept-encoding: gzip, deflate
content-length: 31`,
    forwarded: 'content-type accept accept-language sec-fetch-mode user-agent',
    query: {},
    body: '{"model":"m","temperature":0.7}',
    value: { model: 'm', temperature: 0.7 },
  },
  {
    client: 'openai-node creates a completion †',
    method: 'POST',
    target: '/v1/chat/completions',
    headers: `Accept: application/json
Content-Type: application/json
User-Agent: OpenAI/JS 6.1.0
X-Stainless-Retry-Count: 0
X-Stainless-Runtime-Version: v24.21.0
OpenAI-Organization: org-1
OpenAI-Project: proj_1
Authorization: Bearer k
Host: d:1`,
    forwarded:
      'accept content-type user-agent x-stainless-retry-count x-stainless-runtime-version openai-organization openai-project',
    query: {},
    body: '{"messages":[{"role":"user","content":"Refund \\"6735\\"\\n"}],"tools":[{"function":{"parameters":{"orderId":{}}}}]}',
    value: {
      messages: [{ role: 'user', content: 'Refund "6735"\n' }],
      tools: [{ function: { parameters: { orderId: {} } } }],
    },
  },
  {
    client: 'octokit lists issues by label †',
    method: 'GET',
    target: '/repos/acme/shop/issues?labels=bug%2Cui%20%26%20ux&state=open&per_page=100',
    headers: `accept: application/vnd.github.v3+json
user-agent: octokit-core.js/7.0.0 Node.js/24
x-github-api-version: 2022-11-28
authorization: token k
host: d:1
connection: keep-alive`,
    forwarded: 'accept user-agent x-github-api-version',
    query: { labels: 'bug,ui & ux', state: 'open', per_page: '100' },
    body: '',
    value: undefined,
  },
  {
    client: 'googleapis reads an object †',
    method: 'GET',
    target: '/storage/v1/b/bucket:a/o/user@example.com,v=1?alt=json&fields=items(id,name)&prettyPrint=false&acl',
    headers: `X-Goog-Api-Client: gdcl/8.0.1 gl-node/24.21.0
X-Goog-User-Project: p-1
X-Goog-Api-Key: k
Accept-Encoding: gzip
Host: d:1`,
    forwarded: 'x-goog-api-client x-goog-user-project',
    query: { alt: 'json', fields: 'items(id,name)', prettyPrint: 'false', acl: '' },
    body: '',
    value: undefined,
  },
];

/** A client's headers as Node's server lists them: name, value, name, value. */
export function rawHeaders({ headers }: ClientRequest): string[] {
  return headers.split('\n').flatMap((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
}
