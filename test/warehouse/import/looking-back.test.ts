import { expect, test } from 'vitest';
import { entry, har } from './hars.ts';
import { audited, imported } from './shop.ts';

const POLICY = `
version: 1
upstreams:
  shop: { url: https://api.shop.example/v2, credential: { env: SHOP_KEY, as: bearer } }
routes:
  get_order: { match: "GET /orders/{id}", upstream: shop, effect: read, subject: "order:{id}" }
  cancel:
    match: POST /orders/{id}/cancel
    upstream: shop
    effect: destructive
    subject: "order:{id}"
    precondition: { read: "GET /orders/{id}", require: 'response.body.status == "pending"' }
  ship: { match: "POST /orders/{id}/ship", upstream: shop, effect: write, subject: "order:{id}" }
agents:
  bot:
    stage: production
    allow: [get_order, cancel, ship]
    fresh: [{ route: ship, read: get_order, maxAge: 60s }]
`;

const SITE = 'https://api.shop.example/v2/orders';
const answer = (body: object) => ({
  status: 200,
  headers: [{ name: 'content-type', value: 'application/json' }],
  content: { mimeType: 'application/json', text: JSON.stringify(body) },
});
const read = (index: number, id: string, status: string) =>
  entry(index, { url: `${SITE}/${id}` }, { response: answer({ status }) });
const post = (index: number, path: string) => entry(index, { method: 'POST', url: `${SITE}/${path}` });

/** The reasons of whatever refused each call, in the journal's order. */
async function reasons(entries: readonly unknown[]): Promise<(string | undefined)[]> {
  const { dir, calls } = await imported(har(entries), { policyText: POLICY });
  expect(await audited(dir)).toEqual({ ok: true, calls: calls.length, differences: [] });
  return calls.map(({ findings }) => findings.flatMap((one) => (typeof one === 'string' ? [] : [one.reason]))[0]);
}

test('a write is fresh where its own session read the subject before, by the recorded times', async () => {
  const entries = [
    read(0, 'W1', 'pending'),
    post(1, 'W1/ship'),
    post(2, 'W2/ship'),
    read(10, 'W3', 'pending'),
    post(100, 'W3/ship'),
  ];
  expect(await reasons(entries)).toEqual([undefined, undefined, 'never_read', undefined, 'stale_read']);
});

test('a precondition is judged by the last answer that the recording holds for the same read', async () => {
  expect(await reasons([read(0, 'W1', 'pending'), post(1, 'W1/cancel')])).toEqual([undefined, undefined]);
  expect(
    await reasons([
      read(0, 'W1', 'pending'),
      read(1, 'W1', 'delivered'),
      post(2, 'W1/cancel'),
      read(3, 'W1', 'pending'),
    ]),
  ).toEqual([undefined, undefined, 'precondition_failed', undefined]);
});

test('a precondition of which the recording holds no answer denies: nothing about it is guessed', async () => {
  const cut = entry(0, { url: `${SITE}/W1` }, { response: { status: 200, headers: [], content: {} } });
  expect(await reasons([read(0, 'W2', 'pending'), post(1, 'W1/cancel')])).toEqual([
    undefined,
    'precondition_unreadable',
  ]);
  expect(await reasons([cut, post(1, 'W1/cancel')])).toEqual([undefined, 'precondition_unreadable']);
});

test('an answer that lacks what the precondition asks for is an error, which denies', async () => {
  const other = entry(0, { url: `${SITE}/W1` }, { response: answer({ state: 'pending' }) });
  expect(await reasons([other, post(1, 'W1/cancel')])).toEqual([undefined, 'precondition_error']);
});
