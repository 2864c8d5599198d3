import { Stripe } from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import payments from '../../mocks/payments.ts';
import { type FaultRule, faultPlan } from '../../src/lab/world/faults.ts';
import { worldHandlers } from '../../src/lab/world/msw.ts';
import type { World } from '../../src/lab/world/world.ts';
import { type WorldServer, serveWorld } from '../../src/lab/world/world-server.ts';
import { ManualClock } from '../../src/std/clock.ts';
import { prng } from '../../src/std/prng.ts';
import { KEY, STARTS_AT, newest } from './ask.ts';

/** Stripe's own client library, which knows nothing of us but host, port and protocol. */
interface Bench {
  readonly stripe: Stripe;
  readonly world: World;
  readonly server: WorldServer;
  readonly charge: string;
}

const servers: WorldServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function bench(rules: readonly FaultRule[] = [], maxNetworkRetries = 0): Promise<Bench> {
  const world = payments.create({ seed: 7, startsAt: STARTS_AT, apiKey: KEY });
  const faults = faultPlan(rules, prng(1));
  const handlers = worldHandlers(world, { paths: payments.paths, clock: new ManualClock(STARTS_AT), faults });
  const server = await serveWorld({ handlers, port: 0 });
  servers.push(server);
  const stripe = new Stripe(KEY, {
    host: '127.0.0.1',
    port: server.port,
    protocol: 'http',
    maxNetworkRetries,
    timeout: 5_000,
  });
  return { stripe, world, server, charge: newest(world, 'charge') };
}

describe('the stripe package', () => {
  it('lists all customers by auto-pagination', async () => {
    const { stripe, world, server } = await bench();
    const ids: string[] = [];
    for await (const customer of stripe.customers.list({ limit: 7 })) ids.push(customer.id);
    expect(ids).toEqual(world.ids()['customer']?.toReversed());
    expect(server.receivedCount).toBe(6);
  });

  it('retrieves a charge, expanded', async () => {
    const { stripe, charge } = await bench();
    const found = await stripe.charges.retrieve(charge, { expand: ['customer'] });
    expect(found).toMatchObject({ id: charge, customer: { object: 'customer' } });
    expect(found.lastResponse.requestId).toMatch(/^req_/);
  });

  it('lists with filters over nested keys', async () => {
    const { stripe, world } = await bench();
    const since = Math.floor(STARTS_AT / 1_000) - 20 * 86_400;
    const young = await stripe.charges.list({ created: { gte: since }, limit: 100, expand: ['data.customer'] });
    expect(young.data.length).toBeGreaterThan(0);
    expect(young.data.length).toBeLessThan(world.ids()['charge']?.length ?? 0);
    expect(young.data.every(({ created }) => created >= since)).toBe(true);
  });

  it('refunds with metadata, and repeats itself safely under one idempotency key', async () => {
    const { stripe, world, charge } = await bench();
    const metadata = { order: '7', 'reason given': 'too small & late' };
    const refund = (): Promise<Stripe.Refund> =>
      stripe.refunds.create({ charge, amount: 150, metadata }, { idempotencyKey: 'once' });
    const first = await refund();
    expect(first).toMatchObject({ charge, amount: 150, metadata, status: 'succeeded' });
    expect((await refund()).id).toBe(first.id);
    expect(world.ledger.map(({ kind }) => kind)).toEqual(['refund']);
  });

  it('pays, pays out, transfers, and deletes', async () => {
    const { stripe, world } = await bench();
    const intent = await stripe.paymentIntents.create({
      amount: 5_000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(intent.status).toBe('succeeded');
    const destination = newest(world, 'account');
    await stripe.payouts.create({ amount: 100, currency: 'usd' });
    await stripe.transfers.create({ amount: 100, currency: 'usd', destination });
    expect(await stripe.customers.del(newest(world, 'customer'))).toMatchObject({ deleted: true });
    const written = world.ledger.filter(({ write }) => write).map(({ kind }) => kind);
    expect(written).toEqual(['payment_intent_created', 'charge', 'payout', 'transfer', 'customer_deleted']);
  });

  it('recognises every error by its class', async () => {
    const { stripe, charge, server } = await bench([
      { match: 'GET /v1/balance', fault: { kind: 'status', status: 429, retryAfterS: 1 } },
      { match: 'GET /v1/payouts', fault: { kind: 'status', status: 503 } },
    ]);
    const { errors } = Stripe;
    const stranger = new Stripe('sk_test_wrong', { host: '127.0.0.1', port: server.port, protocol: 'http' });
    await stripe.refunds.create({ charge, amount: 1 }, { idempotencyKey: 'k' });
    const misuse = stripe.refunds.create({ charge, amount: 2 }, { idempotencyKey: 'k' });
    await expect(misuse).rejects.toBeInstanceOf(errors.StripeIdempotencyError);
    await expect(stripe.charges.retrieve('ch_0')).rejects.toBeInstanceOf(errors.StripeInvalidRequestError);
    await expect(stranger.balance.retrieve()).rejects.toBeInstanceOf(errors.StripeRateLimitError);
    await expect(stranger.charges.list()).rejects.toBeInstanceOf(errors.StripeAuthenticationError);
    await expect(stripe.payouts.list()).rejects.toBeInstanceOf(errors.StripeAPIError);
    const declined = stripe.charges.create({ amount: 500, currency: 'usd', source: 'tok_chargeDeclined' });
    await expect(declined).rejects.toBeInstanceOf(errors.StripeCardError);
    await expect(declined).rejects.toMatchObject({ code: 'card_declined', decline_code: 'generic_decline' });
  });

  it('retries after a reset that came behind the effect, and its own key saves it from refunding twice', async () => {
    const { stripe, world, server, charge } = await bench(
      [{ match: 'POST /v1/refunds', times: 1, fault: { kind: 'reset', when: 'after' } }],
      1,
    );
    const refund = await stripe.refunds.create({ charge, amount: 100 });
    expect(refund.amount).toBe(100);
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(2).fill('POST /v1/refunds'));
    expect(world.ledger).toHaveLength(1);
  });
});
