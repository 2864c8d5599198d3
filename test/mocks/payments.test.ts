import { describe, expect, it } from 'vitest';
import payments from '../../mocks/payments.ts';
import type { World } from '../../src/lab/world/world.ts';
import { type Asking, KEY, STARTS_AT, ask, at, idsOf, newest, numberAt, rows, textAt } from './ask.ts';

const make = (): World => payments.create({ seed: 7, startsAt: STARTS_AT });
const fresh = (): { world: World; charge: string; amount: number } => {
  const world = make();
  const charge = newest(world, 'charge');
  return { world, charge, amount: numberAt(ask(world, `GET /v1/charges/${charge}`).body, 'amount') };
};
const codeOf = (world: World, operation: string, asking?: Asking): unknown[] => {
  const { status, body } = ask(world, operation, asking);
  return [status, at(body, 'error', 'type'), at(body, 'error', 'code'), at(body, 'error', 'param')];
};

describe('refunds', () => {
  it('give the rest back when no amount is named, once', () => {
    const { world, charge, amount } = fresh();
    expect(ask(world, 'POST /v1/refunds', { body: { charge, amount: '100' } }).status).toBe(200);
    const refund = ask(world, 'POST /v1/refunds', { body: { charge, reason: 'duplicate', metadata: { order: '7' } } });
    expect(refund.body).toMatchObject({ object: 'refund', amount: amount - 100, charge, metadata: { order: '7' } });
    expect(ask(world, `GET /v1/charges/${charge}`).body).toMatchObject({ amount_refunded: amount, refunded: true });
    expect(codeOf(world, 'POST /v1/refunds', { body: { charge } })).toEqual([
      400,
      'invalid_request_error',
      'charge_already_refunded',
      undefined,
    ]);
    expect(world.ledger.map(({ kind, subject, moneyOut }) => [kind, subject, moneyOut?.micros])).toEqual([
      ['refund', `charge:${charge}`, 1_000_000n],
      ['refund', `charge:${charge}`, BigInt(amount - 100) * 10_000n],
    ]);
  });

  it('are listed newest first, by charge', () => {
    const { world, charge } = fresh();
    const ids = ['10', '20', '30'].map((amount) =>
      at(ask(world, 'POST /v1/refunds', { body: { charge, amount } }).body, 'id'),
    );
    const listed = idsOf(ask(world, 'GET /v1/refunds', { query: { charge } }));
    expect(listed).toEqual(ids.toReversed());
  });

  it('of a charge that was charged back are refused', () => {
    const world = make();
    const disputed = rows(ask(world, 'GET /v1/charges', { query: { limit: '100' } })).find((row) =>
      at(row, 'disputed'),
    );
    expect(codeOf(world, 'POST /v1/refunds', { body: { charge: textAt(disputed ?? null, 'id') } })[2]).toBe(
      'charge_disputed',
    );
  });
});

describe('a refusal', () => {
  const { world, charge, amount } = fresh();
  const before = world.ledger.length;
  const INVALID = 'invalid_request_error';
  const table: readonly [string, string, Asking, unknown[]][] = [
    ['an unknown charge', 'GET /v1/charges/ch_0', {}, [404, INVALID, 'resource_missing', 'id']],
    [
      'a refund of an unknown charge',
      'POST /v1/refunds',
      { body: { charge: 'ch_0' } },
      [404, INVALID, 'resource_missing', 'charge'],
    ],
    [
      'a refund of nothing',
      'POST /v1/refunds',
      { body: { amount: '5' } },
      [400, INVALID, 'parameter_missing', undefined],
    ],
    [
      'a refund above the rest',
      'POST /v1/refunds',
      { body: { charge, amount: String(amount + 1) } },
      [400, INVALID, undefined, 'amount'],
    ],
    [
      'a refund of zero',
      'POST /v1/refunds',
      { body: { charge, amount: '0' } },
      [400, INVALID, 'parameter_invalid_integer', 'amount'],
    ],
    [
      'a negative refund',
      'POST /v1/refunds',
      { body: { charge, amount: '-5' } },
      [400, INVALID, 'parameter_invalid_integer', 'amount'],
    ],
    [
      'a broken amount',
      'POST /v1/refunds',
      { body: { charge, amount: '1e3' } },
      [400, INVALID, 'parameter_invalid_integer', 'amount'],
    ],
    [
      'an unknown parameter',
      'POST /v1/refunds',
      { body: { charge, amout: '5' } },
      [400, INVALID, 'parameter_unknown', 'amout'],
    ],
    [
      'a missing parameter',
      'POST /v1/payouts',
      { body: { amount: '5' } },
      [400, INVALID, 'parameter_missing', 'currency'],
    ],
    [
      'an empty parameter',
      'POST /v1/refunds',
      { body: { charge: '' } },
      [400, INVALID, 'parameter_invalid_empty', 'charge'],
    ],
    [
      'an unknown reason',
      'POST /v1/refunds',
      { body: { charge, reason: 'whim' } },
      [400, INVALID, undefined, 'reason'],
    ],
    [
      'an unknown currency',
      'POST /v1/payouts',
      { body: { amount: '5', currency: 'zzz' } },
      [400, INVALID, undefined, 'currency'],
    ],
    [
      'a payout above the balance',
      'POST /v1/payouts',
      { body: { amount: '99999999', currency: 'usd' } },
      [400, INVALID, 'balance_insufficient', 'amount'],
    ],
    [
      'a payout in a currency we have not',
      'POST /v1/payouts',
      { body: { amount: '1', currency: 'eur' } },
      [400, INVALID, 'balance_insufficient', 'amount'],
    ],
    [
      'a transfer to a stranger',
      'POST /v1/transfers',
      { body: { amount: '5', currency: 'usd', destination: 'acct_0' } },
      [400, INVALID, 'resource_missing', 'destination'],
    ],
    [
      'a transfer above the balance',
      'POST /v1/transfers',
      { body: { amount: '99999999', currency: 'usd', destination: newest(world, 'account') } },
      [400, INVALID, 'balance_insufficient', 'amount'],
    ],
    [
      'a card that is declined',
      'POST /v1/charges',
      { body: { amount: '500', currency: 'usd', source: 'tok_chargeDeclined' } },
      [402, 'card_error', 'card_declined', undefined],
    ],
    [
      'a page of nothing',
      'GET /v1/charges',
      { query: { limit: '0' } },
      [400, INVALID, 'parameter_invalid_integer', 'limit'],
    ],
    [
      'a page too long',
      'GET /v1/charges',
      { query: { limit: '101' } },
      [400, INVALID, 'parameter_invalid_integer', 'limit'],
    ],
    [
      'a cursor that is nothing',
      'GET /v1/charges',
      { query: { starting_after: 'ch_0' } },
      [400, INVALID, 'resource_missing', 'starting_after'],
    ],
    [
      'what cannot be expanded',
      'POST /v1/refunds',
      { body: { charge, expand: ['secrets'] } },
      [400, INVALID, undefined, 'expand'],
    ],
    [
      'a JSON body',
      'POST /v1/refunds',
      { body: { charge }, headers: { 'content-type': 'application/json' } },
      [400, INVALID, undefined, undefined],
    ],
    ['an unknown path', 'POST /v1/everything', {}, [404, INVALID, undefined, undefined]],
    ['an unknown method', 'DELETE /v1/charges/ch_0', {}, [404, INVALID, undefined, undefined]],
    ['no key', 'GET /v1/charges', { headers: { authorization: '' } }, [401, INVALID, undefined, undefined]],
    [
      'a publishable key',
      'GET /v1/charges',
      { headers: { authorization: 'Bearer pk_test_1' } },
      [401, INVALID, undefined, undefined],
    ],
  ];
  it.each(table)('names its type, code and parameter: %s', (_name, operation, asking, expected) => {
    expect(codeOf(world, operation, asking)).toEqual(expected);
    expect(world.ledger.slice(before).filter(({ write }) => write)).toEqual([]);
  });
});

describe('keys', () => {
  it('are taken as Bearer and as Basic, and the wrong one is shown masked', () => {
    const world = payments.create({ seed: 7, startsAt: STARTS_AT, apiKey: KEY });
    const status = (authorization: string): number =>
      ask(world, 'GET /v1/balance', { headers: { authorization } }).status;
    expect(status(`Bearer ${KEY}`)).toBe(200);
    expect(status(`Basic ${btoa(`${KEY}:`)}`)).toBe(200);
    expect(status('Basic not*base64')).toBe(401);
    const wrong = ask(world, 'GET /v1/balance', { headers: { authorization: 'Bearer sk_test_wrongwrongwrong' } });
    expect(wrong.status).toBe(401);
    expect(JSON.stringify(wrong.body)).not.toContain('wrongwrong');
  });
});

describe('customers', () => {
  it('leave a tombstone when deleted, and are gone from lists', () => {
    const world = make();
    const [id = ''] = world.ids()['customer'] ?? [];
    const tombstone = { id, object: 'customer', deleted: true };
    expect(ask(world, `DELETE /v1/customers/${id}`).body).toEqual(tombstone);
    expect(ask(world, `GET /v1/customers/${id}`)).toMatchObject({ status: 200, body: tombstone });
    expect(ask(world, `DELETE /v1/customers/${id}`).status).toBe(404);
    expect(world.ids()['customer']).not.toContain(id);
    expect(idsOf(ask(world, 'GET /v1/customers', { query: { limit: '100' } }))).not.toContain(id);
    expect(world.ledger.filter(({ write }) => write)).toMatchObject([
      { kind: 'customer_deleted', subject: `customer:${id}` },
    ]);
  });

  it('are on the ledger whenever their data was seen: got, listed, or expanded', () => {
    const world = make();
    const seen = (operation: string, query = {}): number => {
      const before = world.ledger.length;
      ask(world, operation, { query });
      return world.ledger.slice(before).filter(({ kind, write }) => kind === 'customer_read' && !write).length;
    };
    expect(seen(`GET /v1/customers/${world.ids()['customer']?.[0]}`)).toBe(1);
    expect(seen('GET /v1/customers', { limit: '7' })).toBe(7);
    expect(seen('GET /v1/charges', { limit: '4', 'expand[0]': 'data.customer' })).toBe(4);
    expect(seen('GET /v1/charges', { limit: '4' })).toBe(0);
  });
});

describe('money out', () => {
  it('leaves by payout and transfer, and a payout has arrived two days later', () => {
    const world = make();
    const start = numberAt(ask(world, 'GET /v1/balance').body, 'available', 0, 'amount');
    const payout = ask(world, 'POST /v1/payouts', { body: { amount: '1000', currency: 'usd' } });
    const destination = newest(world, 'account');
    ask(world, 'POST /v1/transfers', { body: { amount: '250', currency: 'usd', destination } });
    expect(at(ask(world, 'GET /v1/balance').body, 'available', 0, 'amount')).toBe(start - 1_250);
    expect(world.ledger.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['payout', `payout:${textAt(payout.body, 'id')}`],
      ['transfer', `account:${destination}`],
    ]);
    const status = (atMs: number): unknown =>
      at(ask(world, `GET /v1/payouts/${textAt(payout.body, 'id')}`, { at: atMs }).body, 'status');
    expect([status(STARTS_AT), status(STARTS_AT + 2 * 86_400_000)]).toEqual(['pending', 'paid']);
  });
});

describe('payment intents', () => {
  it('take money when confirmed, once', () => {
    const world = make();
    const body = { amount: '2000', currency: 'eur', payment_method: 'pm_card_visa' };
    const created = ask(world, 'POST /v1/payment_intents', { body });
    expect(created.body).toMatchObject({ status: 'requires_confirmation', latest_charge: null });
    const id = textAt(created.body, 'id');
    const confirmed = ask(world, `POST /v1/payment_intents/${id}/confirm`);
    expect(confirmed.body).toMatchObject({ status: 'succeeded', amount_received: 2000 });
    expect(codeOf(world, `POST /v1/payment_intents/${id}/confirm`)[2]).toBe('payment_intent_unexpected_state');
    expect(ask(world, 'POST /v1/refunds', { body: { payment_intent: id } }).body).toMatchObject({
      amount: 2000,
      currency: 'eur',
    });
    expect(world.ledger.map(({ kind }) => kind)).toEqual(['payment_intent_created', 'charge', 'refund']);
  });
});
