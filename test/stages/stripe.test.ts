import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import payments from '../../mocks/payments.ts';
import { UNHURRIED } from '../../src/door/limits.ts';
import { openDoor, type OpenDoor } from '../../src/door/open.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import { worldHandlers } from '../../src/lab/world/msw.ts';
import type { World } from '../../src/lab/world/world.ts';
import { serveWorld, type WorldServer } from '../../src/lab/world/world-server.ts';
import { readJournal, type CallEntry, type OutcomeEntry } from '../../src/journal/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { stageLinks } from '../../src/stages/links.ts';
import { newShadow } from '../../src/stages/shadow.ts';
import { fail, ok } from '../../src/std/result.ts';

/*
 * The official Stripe client as an agent in shadow, in front of a business that is whole: it reads, refunds, reads again and
 * lists, and must not be able to tell that nothing happened. The witness is the business: what arrived there, and its ledger.
 */

const DOCUMENT = readFileSync(path.join(import.meta.dirname, '../../mocks/payments.openapi.yaml'));
const POLICY = `
version: 1
upstreams:
  payments: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer }, openapi: payments.openapi.yaml, shape: off, port: 0 }
routes:
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read }
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  list_refunds: { match: GET /v1/refunds, upstream: payments, effect: read, list: { order: newest-first } }
  get_refund: { match: "GET /v1/refunds/{id}", upstream: payments, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
    answer: { body: { id: { id: re_ }, currency: usd, status: succeeded } }
    affects: [{ item: "GET /v1/charges/{body.charge}", set: { amount_refunded: { add: body.amount } } }]
  get_customer: { match: "GET /v1/customers/{id}", upstream: payments, effect: read }
  update_customer: { match: "POST /v1/customers/{id}", upstream: payments, effect: write, answer: { item: get_customer } }
  delete_customer:
    match: "DELETE /v1/customers/{id}"
    upstream: payments
    effect: destructive
    answer: { body: { id: "{id}", object: customer, deleted: { value: true } } }
agents:
  refunds-bot:
    stage: shadow
    allow: [list_charges, get_charge, list_refunds, get_refund, create_refund, get_customer, update_customer, delete_customer]
    once: [{ route: create_refund, per: subject }]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
`;

let world: World;
let business: WorldServer;
let door: OpenDoor;
let stripe: Stripe;
const dir = mkdtempSync(path.join(tmpdir(), 'interlock-stripe-'));

beforeAll(async () => {
  const clock = { now: () => Date.now() };
  world = payments.create({ seed: 7, startsAt: clock.now() });
  business = await serveWorld({ handlers: worldHandlers(world, { paths: payments.paths, clock }), port: 0 });
  const files = { include: () => fail('none'), document: () => ok(DOCUMENT) };
  const loaded = loadPolicy(POLICY, 'interlock.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  const policy = loaded.value;
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 16 };
  const transport = undiciTransport(new URL(business.url), limits, {
    network: 'loopback',
    secrets: ['sk_test_business'],
  });
  const link = () => ({
    transport,
    headers: ['host', new URL(business.url).host, 'authorization', 'Bearer sk_test_business'],
    basePath: '',
    secrets: ['sk_test_business'],
  });
  door = await openDoor({
    policy,
    dir,
    port: 0,
    link: stageLinks({ real: link, world: link }, policy),
    shadow: newShadow(policy),
    limits: UNHURRIED,
    onFailure: (error) => {
      throw error;
    },
  });
  const request = {
    agent: 'refunds-bot',
    task: 'refunds',
    expiresMs: 3_600_000,
    routes: null,
    parent: null,
    by: 'test',
  };
  const made = await door.operations.createGrant(request);
  if (!made.ok) throw new Error(made.failure.message);
  const { hostname: host, port } = new URL([...door.urls.values()][0] as string);
  stripe = new Stripe(made.value.token, { host, port, protocol: 'http', maxNetworkRetries: 2, telemetry: false });
});
afterAll(async () => {
  await door.close(0);
  await business.close();
});

test('retrieve, refund, retrieve again, list: all of it agrees, and the business was only ever read', async () => {
  const before = world.ledger.length;
  const all = await stripe.charges.list({ limit: 100 });
  const charge = all.data.find(
    ({ refunded, amount, currency, amount_refunded: gone }) =>
      !refunded && gone === 0 && amount > 500 && currency === 'usd',
  );
  if (charge === undefined) throw new Error('the world has no charge to refund');
  expect((await stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);

  const refund = await stripe.refunds.create({ charge: charge.id, amount: 500, reason: 'requested_by_customer' });
  expect(refund).toMatchObject({
    object: 'refund',
    amount: 500,
    charge: charge.id,
    currency: 'usd',
    status: 'succeeded',
    reason: 'requested_by_customer',
  });
  expect(refund.id).toMatch(/^re_/);

  const again = await stripe.charges.retrieve(charge.id);
  expect(again).toMatchObject({ id: charge.id, amount: charge.amount, amount_refunded: 500 });
  const listed = (await stripe.charges.list({ limit: 100 })).data.find(({ id }) => id === charge.id);
  expect(listed?.amount_refunded).toBe(500);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ id: refund.id, amount: 500 });

  // What production would refuse is refused, and the client knows it for an error.
  await expect(stripe.refunds.create({ charge: charge.id, amount: 500 })).rejects.toMatchObject({
    statusCode: 409,
    code: 'already_done',
  });

  expect(business.received.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(world.ledger.length).toBe(before);
});

test('the journal says of every answer what it was, and of every call what it may rest on', async () => {
  await door.journal.durable();
  const records = [...readJournal(dir, { tail: 'live' })];
  const calls = records.filter((record): record is typeof record & CallEntry => record.kind === 'call');
  const ends = records.filter((record): record is typeof record & OutcomeEntry => record.kind === 'outcome');
  const captured = calls.find(({ verdict }) => verdict === 'capture');
  expect(ends.find(({ call }) => call === captured?.call)).toMatchObject({
    origin: 'synthetic',
    effectiveness: 'effective',
  });
  const shown = ends.filter(({ merged }) => merged?.includes(captured?.call as never));
  expect(shown.length).toBeGreaterThanOrEqual(3);
  expect(new Set(shown.map(({ origin }) => origin))).toEqual(new Set(['overlay']));
  const later = calls.filter(({ seq }) => seq > (captured?.seq ?? Infinity));
  expect(later.every(({ rests }) => rests?.on.includes(captured?.call as never) === true)).toBe(true);
  expect(new Set(later.map(({ rests }) => rests?.how))).toEqual(new Set(['subject', 'session', 'value']));
});

test('a customer that was deleted is gone: the client knows the answer for an error, whatever is done to it', async () => {
  const [id = ''] = world.ids()['customer'] ?? [];
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id });
  expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
  const gone = { statusCode: 404, type: 'StripeInvalidRequestError', code: 'not_found' };
  await expect(stripe.customers.retrieve(id)).rejects.toMatchObject(gone);
  await expect(stripe.customers.update(id, { name: 'Ada' })).rejects.toMatchObject(gone);
  await expect(stripe.customers.del(id)).rejects.toMatchObject(gone);
  expect(business.received.filter(({ method }) => method !== 'GET')).toEqual([]);
});
