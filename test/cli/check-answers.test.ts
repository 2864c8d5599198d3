import { expect, test } from 'vitest';
import { answerLines, answersReport } from '../../src/cli/check/answers.ts';
import { loadPolicy } from '../../src/policy/index.ts';

const POLICY = `
version: 1
upstreams:
  shop: { url: https://shop.example, credential: { env: KEY, as: bearer } }
  other: { url: https://other.example, credential: { env: KEY, as: bearer } }
routes:
  list_orders: { match: GET /orders, upstream: shop, effect: read }
  get_order: { match: "GET /orders/{id}", upstream: shop, effect: read }
  create_order: { match: POST /orders, upstream: shop, effect: write, answer: { body: { id: { id: or_ } } } }
  delete_order: { match: "DELETE /orders/{id}", upstream: shop, effect: destructive, answer: { status: 204 } }
  list_their_orders: { match: GET /orders, upstream: other, effect: read }
  get_their_order: { match: "GET /orders/{id}", upstream: other, effect: read }
agents:
  bot: { stage: shadow, allow: [list_orders, get_order, create_order, delete_order, list_their_orders, get_their_order] }
`;

function remarks(text: string): readonly string[] {
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return answersReport(answerLines(loaded.value)).slice(1);
}

test('of a write that later reads would show in a way of Interlock’s own, check says what to declare, and where', () => {
  expect(remarks(POLICY)).toEqual([
    '- create_order: 200, by the policy; where it stands in `list_orders` is told by the items there alone: `list: { order }` would declare it',
    '- delete_order: 204, by the policy; what it deleted is answered with Interlock’s own 404 from then on: `gone` on `get_order` would declare the API’s own',
  ]);
});

test('of one whose reads are declared there is nothing to say', () => {
  const declared = POLICY.replace('match: GET /orders,', 'match: GET /orders, list: { order: newest-first },').replace(
    'upstream: shop, effect: read }\n  create',
    'upstream: shop, effect: read, gone: { body: { error.code: not_found } } }\n  create',
  );
  expect(remarks(declared)).toEqual(['- create_order: 200, by the policy', '- delete_order: 204, by the policy']);
});
