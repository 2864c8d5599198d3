import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestReader } from '../../../src/door/judge/reading.ts';
import type { AgentId, CallId, GrantId } from '../../../src/engine/ids.ts';
import type { Grant } from '../../../src/journal/index.ts';
import { Preparations } from '../../../src/lab/probe/prepared.ts';
import { holderOf, Readings } from '../../../src/lab/probe/readings.ts';
import type { ProbeRequest } from '../../../src/lab/probe/course.ts';
import { loadPolicy } from '../../../src/policy/index.ts';

/** All that a reading hangs on beside the request: who asks, for which task, and what was declared for it. */
const POLICY = `
version: 1
upstreams:
  till: { url: https://till.example, credential: { env: TILL_KEY, as: bearer } }
routes:
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
    allow:
      - read_order
      - { route: refund, when: "task == 'night' || body.amount <= 200" }
      - { route: pay, when: "agent == 'clerk' && task.startsWith('d') && headers['x-shop'] == '1'" }
    provenance: [{ route: pay, field: body.to, from: [{ task: payee }], otherwise: hold }]
  payer:
    stage: production
    allow: [read_order, { route: pay, when: "agent == 'clerk'" }]
    approval: [{ route: pay, above: 1 USD }]
`;

const BODIES = [
  '',
  'order=1&amount=100',
  'order=2&amount=300',
  'to=acct_1&amount=100',
  'to=acct_2&amount=1&currency=eur',
];
const ODD = ['amount=1&amount=2', 'order=1&amount=x', '{"order":1}', '%zz', 'a[b]=1&a=2'];
const FORM = 'application/x-www-form-urlencoded';

const odd: fc.Arbitrary<ProbeRequest> = fc
  .record({
    upstream: fc.constantFrom('till', 'till', 'till', 'nowhere'),
    method: fc.constantFrom('GET', 'POST', 'POST'),
    target: fc.constantFrom('/v1/refunds', '/v1/payouts', '/v1/orders/1', '/v1/orders/1?x=1', '/v1/else', '/v1//x'),
    headers: fc.dictionary(fc.constantFrom('x-shop', 'idempotency-key', 'if-match'), fc.constantFrom('1', '2')),
    type: fc.constantFrom(FORM, FORM, 'application/json', undefined),
    body: fc.constantFrom(...BODIES, ...BODIES, ...ODD),
  })
  .map(({ type, headers, body, ...rest }) => ({
    ...rest,
    headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== '' && { body }),
  }));

/** Half of them are what the routes ask for. */
const request = fc.oneof(
  odd,
  fc
    .tuple(fc.constantFrom('/v1/refunds', '/v1/payouts'), fc.constantFrom(...BODIES))
    .map(([target, body]): ProbeRequest => ({
      upstream: 'till',
      method: 'POST',
      target,
      headers: { 'content-type': FORM },
      body,
    })),
);

const grant: fc.Arbitrary<Grant> = fc
  .record({
    id: fc.constantFrom('one', 'two'),
    agent: fc.constantFrom('clerk', 'clerk', 'payer', 'nobody'),
    task: fc.constantFrom('night', 'day', 'dusk'),
    payees: fc.constantFrom(undefined, ['acct_1'], ['acct_2'], ['acct_1', 'acct_2'], ['acct_1,acct_2']),
  })
  .map(({ id, agent, task, payees }) => ({
    id: id as GrantId,
    tokenHash: id,
    agent: agent as AgentId,
    task,
    environment: 'test',
    routes: null,
    ...(payees !== undefined && { values: { payee: payees } }),
    expiresAt: Infinity,
    parent: null,
  }));

const POOL_MAX = 6;
const SENDINGS_MAX = 100;

/** A few requests and a few grants, so that the same ones meet again. */
const sendings = fc
  .tuple(
    fc.array(request, { minLength: 1, maxLength: POOL_MAX }),
    fc.array(grant, { minLength: 1, maxLength: POOL_MAX }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('', 'run-1'), fc.boolean()), {
      maxLength: SENDINGS_MAX,
      size: 'max',
    }),
  )
  .map(([requests, grants, sent]) =>
    sent.map(([which, whose, session, copied]) => {
      const one = requests[which % requests.length] as ProbeRequest;
      return { request: copied ? structuredClone(one) : one, grant: grants[whose % grants.length] as Grant, session };
    }),
  );

test('a request that is known again reads as it would anew, for whoever sends it, and has an identity exactly when it does', () => {
  const loaded = loadPolicy(POLICY, 'readings.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  loaded.value.prepare();
  const reader = new RequestReader(loaded.value, null);
  const [preparations, readings] = [new Preparations(reader), new Readings(reader)];
  const met = { known: 0, read: 0, refused: 0 };
  const seen = new Set<string>();
  let asked = 0;
  const identity = () => ({ id: `call_${(asked += 1)}` as CallId, at: asked * 1_000 });
  fc.assert(
    fc.property(sendings, (sent) => {
      for (const one of sent) {
        const prepared = preparations.of(one.request, one.session);
        const afresh = new Preparations(reader).of(structuredClone(one.request), one.session);
        expect(prepared).toEqual(afresh);
        if (!prepared.ok || !afresh.ok) continue;
        const { head, address, bytes } = afresh.value;
        const before = asked;
        const anew = reader.read(head, address, bytes, one.grant, identity);
        const askedAnew = asked - before;
        asked = before;
        const again = readings.of(prepared.value, one.grant, holderOf(one.grant), identity);
        expect(asked - before).toBe(askedAnew);
        expect(again).toEqual(anew);
        met[again.ok ? 'read' : 'refused'] += 1;
        const told = JSON.stringify([one.request, one.session, holderOf(one.grant)]);
        if (seen.has(told)) met.known += 1;
        seen.add(told);
      }
    }),
    { seed: 20_260_303, numRuns: 60 },
  );
  expect(Math.min(met.known, met.read, met.refused)).toBeGreaterThan(100);
});
