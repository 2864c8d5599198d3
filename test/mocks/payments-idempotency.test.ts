import { describe, expect, it } from 'vitest';
import payments from '../../mocks/payments.ts';
import type { World, WorldAnswer } from '../../src/lab/world/world.ts';
import { type Asking, STARTS_AT, ask, at, newest } from './ask.ts';

const DAY_MS = 86_400_000;
const fresh = (): { world: World; charge: string; refund: (key: string, asking?: Asking) => WorldAnswer } => {
  const world = payments.create({ seed: 3, startsAt: STARTS_AT });
  const charge = newest(world, 'charge');
  const refund = (key: string, asking: Asking = {}): WorldAnswer =>
    ask(world, 'POST /v1/refunds', {
      body: { charge, amount: '100' },
      ...asking,
      headers: { ...asking.headers, 'idempotency-key': key },
    });
  return { world, charge, refund };
};

describe('an idempotency key', () => {
  it('replays the first answer to the byte and moves money once', () => {
    const { world, refund } = fresh();
    const first = refund('k1');
    const again = refund('k1', { at: STARTS_AT + DAY_MS - 1 });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(first.headers?.['idempotent-replayed']).toBeUndefined();
    expect(again.headers).toMatchObject({
      'idempotency-key': 'k1',
      'idempotent-replayed': 'true',
      'original-request': first.headers?.['request-id'],
    });
    expect(again.headers?.['request-id']).not.toBe(first.headers?.['request-id']);
    expect(world.ledger).toHaveLength(1);
  });

  it('does not care in which order the parameters come', () => {
    const { world, charge, refund } = fresh();
    refund('k1');
    expect(refund('k1', { body: { amount: '100', charge } }).headers?.['idempotent-replayed']).toBe('true');
    expect(world.ledger).toHaveLength(1);
  });

  it('with other parameters, or at another endpoint, is an idempotency_error and moves nothing', () => {
    const { world, charge, refund } = fresh();
    refund('k1');
    const other = refund('k1', { body: { charge, amount: '101' } });
    const elsewhere = ask(world, 'POST /v1/payouts', {
      body: { amount: '100', currency: 'usd' },
      headers: { 'idempotency-key': 'k1' },
    });
    for (const answer of [other, elsewhere]) {
      expect([answer.status, at(answer.body, 'error', 'type')]).toEqual([400, 'idempotency_error']);
    }
    expect(world.ledger).toHaveLength(1);
  });

  it('remembers a refusal of a call that had begun: a declined card stays declined', () => {
    const { world } = fresh();
    const charge = (source: string): WorldAnswer =>
      ask(world, 'POST /v1/charges', {
        body: { amount: '500', currency: 'usd', source },
        headers: { 'idempotency-key': 'k1' },
      });
    expect(charge('tok_chargeDeclined').status).toBe(402);
    const again = charge('tok_chargeDeclined');
    expect([again.status, again.headers?.['idempotent-replayed']]).toEqual([402, 'true']);
  });

  it('remembers a crash before the effect: the retry gets the 500 again, and nothing happens', () => {
    const { world, refund } = fresh();
    expect(refund('k1', { crash: 'before' }).status).toBe(500);
    const retry = refund('k1');
    expect([retry.status, retry.headers?.['idempotent-replayed']]).toEqual([500, 'true']);
    expect(world.ledger).toHaveLength(0);
  });

  it('remembers a crash after the effect: the retry gets the 500 again, and it happened once', () => {
    const { world, refund } = fresh();
    expect(refund('k1', { crash: 'after' }).status).toBe(500);
    expect(refund('k1').status).toBe(500);
    expect(world.ledger).toHaveLength(1);
  });

  it('is not spent by a request whose parameters were wrong', () => {
    const { world, charge, refund } = fresh();
    expect(refund('k1', { body: { charge, amount: 'ten' } }).status).toBe(400);
    expect(refund('k1').status).toBe(200);
    expect(world.ledger).toHaveLength(1);
  });

  it('belongs to its account', () => {
    const { world, refund } = fresh();
    refund('k1');
    expect(refund('k1', { headers: { authorization: 'Bearer sk_test_other' } }).headers).not.toHaveProperty(
      'idempotent-replayed',
    );
    expect(world.ledger).toHaveLength(2);
  });

  it('may be used anew after a day', () => {
    const { world, refund } = fresh();
    refund('k1');
    refund('k1', { at: STARTS_AT + DAY_MS });
    expect(world.ledger).toHaveLength(2);
  });

  it('of 255 characters is taken, a longer one refused', () => {
    const { world, refund } = fresh();
    expect(refund('k'.repeat(256)).status).toBe(400);
    expect(world.ledger).toHaveLength(0);
    expect(refund('k'.repeat(255)).status).toBe(200);
  });

  it('means nothing to GET and DELETE', () => {
    const { world, charge } = fresh();
    const customer = newest(world, 'customer');
    const headers = { 'idempotency-key': 'k1' };
    expect(ask(world, `GET /v1/charges/${charge}`, { headers }).status).toBe(200);
    expect(ask(world, `DELETE /v1/customers/${customer}`, { headers }).status).toBe(200);
    expect(ask(world, `DELETE /v1/customers/${customer}`, { headers }).status).toBe(404);
  });
});
