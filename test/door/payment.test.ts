import { hash } from 'node:crypto';
import { decodePaymentRequiredHeader, encodePaymentRequiredHeader, encodePaymentResponseHeader } from '@x402/core/http';
import { afterEach, expect, test } from 'vitest';
import type { CallEntry, OutcomeEntry, Recorded } from '../../src/journal/index.ts';
import { EVE, SHOP, signed, USDC, version1, version2, type Signed } from '../policy/x402.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import { valuesOf } from './raw-request.ts';
import { answer, rawUpstream, type RawUpstream, type Script } from './raw-upstream.ts';

const ROUTES = `
quote: { match: "GET /quotes/{symbol}", upstream: api, effect: money, amount: { x402: { decimals: 6, currency: USD } } }
report: { match: "GET /reports/{id}", upstream: api, effect: read }
`;
const RULES = `
budgets: [{ max: 0.03 USD, per: 24h, onTrip: deny }]
payment:
  - { route: quote, network: base, asset: "${USDC}", payTo: ["${SHOP}"], max: 0.02 USD, unstatedAsset: allow }
`;

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

const QUOTED = encodePaymentRequiredHeader({
  x402Version: 2,
  resource: { url: '/quotes/A' },
  accepts: [
    {
      scheme: 'exact',
      network: 'eip155:8453',
      asset: USDC,
      amount: '10000',
      payTo: SHOP,
      maxTimeoutSeconds: 60,
      extra: {},
    },
  ],
});

const settled = (success: boolean): string =>
  encodePaymentResponseHeader({ success, transaction: '0x1', network: 'eip155:8453' });

/** A shop that wants a payment, and settles whatever payment it is shown. */
const shop: Script = (request, wire) => {
  const paid = ['x-payment', 'payment-signature'].some((name) => valuesOf(request, name).length > 0);
  return wire.send(
    paid
      ? answer(200, { 'PAYMENT-RESPONSE': settled(true) }, '{"price":1}')
      : answer(402, { 'PAYMENT-REQUIRED': QUOTED }, '{}'),
  );
};

async function start(script: Script): Promise<{ upstream: RawUpstream; door: Rig }> {
  const upstream = (open.upstream = await rawUpstream(script));
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, rules: RULES, allow: '[quote, report]' }));
  return { upstream, door };
}

function ask({ url, token }: Rig, target: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(target, url), { headers: { authorization: `Bearer ${token}`, ...headers } });
}

const soon = (more: Partial<Signed> = {}): Signed =>
  signed({ validBefore: String(Math.floor(Date.now() / 1000) + 60), ...more });
const v2 = (one: Signed = soon()): Record<string, string> => ({ 'PAYMENT-SIGNATURE': version2(one) });

async function ends(door: Rig, count: number): Promise<Recorded<OutcomeEntry>[]> {
  for (;;) {
    const found = (await door.records()).filter((record) => record.kind === 'outcome');
    if (found.length >= count) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const left = ({ door }: Rig): string | undefined =>
  door.engine.levels(AGENT as never, door.clock.now()).find(({ guard }) => guard === 'budget')?.remaining;

test('an agent asks, is quoted a price, pays it, and gets what it paid for', async () => {
  const { upstream, door } = await start(shop);
  const unpaid = await ask(door, '/quotes/A');
  expect(unpaid.status).toBe(402);
  const quote = decodePaymentRequiredHeader(unpaid.headers.get('payment-required') ?? '');
  const [offer] = quote.accepts;
  expect(offer).toMatchObject({ payTo: SHOP, amount: '10000' });

  const payment = v2(soon({ to: offer?.payTo ?? '', value: offer?.amount ?? '' }));
  const paid = await ask(door, '/quotes/A', payment);
  expect(paid.status).toBe(200);
  expect(paid.headers.get('payment-response')).toBe(settled(true));
  expect(await paid.json()).toEqual({ price: 1 });
  expect((await ends(door, 2)).map(({ effectiveness }) => effectiveness)).toEqual(['ineffective', 'effective']);
  expect(left(door)).toBe('0.02 USD');

  expect(valuesOf(upstream.requests[1]!, 'payment-signature')).toEqual([payment['PAYMENT-SIGNATURE']]);
});

test('a signed payment stands in the journal as its digest, and what it says among the facts', async () => {
  const { door } = await start(shop);
  const one = soon();
  await ask(door, '/quotes/A', v2(one));
  const [call] = (await door.records()).filter((record): record is Recorded<CallEntry> => record.kind === 'call');
  expect(call?.headers['payment-signature']).toBe(`sha256:${hash('sha256', version2(one), 'hex')}`);
  expect(call?.facts).toMatchObject({
    amount: { micros: '10000', currency: 'USD' },
    particulars: { payment: { payTo: SHOP.toLowerCase(), amount: '10000', nonce: one.nonce } },
  });
  expect(JSON.stringify(await door.records())).not.toContain(version2(one));
});

test('a request is paid for once', async () => {
  const { upstream, door } = await start(shop);
  expect((await ask(door, '/quotes/A', v2())).status).toBe(200);
  await ends(door, 1);
  const again = await ask(door, '/quotes/A', v2());
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ type: 'urn:interlock:problem:already_paid', next: { do: 'done' } });
  // By version 1 neither: the request is the same.
  expect((await ask(door, '/quotes/A', { 'X-PAYMENT': version1(soon()) })).status).toBe(409);
  expect((await ask(door, '/quotes/B', { 'X-PAYMENT': version1(soon()) })).status).toBe(200);
  expect(upstream.requests).toHaveLength(2);
});

test('payments add up against the budget, and unpaid requests do not', async () => {
  const { door } = await start(shop);
  for (const symbol of ['A', 'B', 'C']) {
    expect((await ask(door, `/quotes/${symbol}`)).status).toBe(402);
    expect((await ask(door, `/quotes/${symbol}`, v2())).status).toBe(200);
  }
  const fourth = await ask(door, '/quotes/D', v2());
  expect(fourth.status).toBe(403);
  expect(await fourth.json()).toMatchObject({ type: 'urn:interlock:problem:budget_exceeded' });
  expect((await ask(door, '/quotes/D')).status).toBe(402);
});

test.each([
  ['another payee', v2(soon({ to: EVE })), 403, 'payee_not_allowed'],
  ['a lookalike asset', { 'PAYMENT-SIGNATURE': version2(soon(), { asset: EVE }) }, 403, 'asset_not_allowed'],
  ['a testnet', { 'X-PAYMENT': version1(soon(), 'base-sepolia') }, 403, 'network_not_allowed'],
  ['too much', v2(soon({ value: '20001' })), 403, 'payment_too_large'],
  ['what cannot be read', { 'X-PAYMENT': 'bm90IGEgcGF5bWVudA==' }, 422, 'payment_unreadable'],
])('%s is refused, and reaches nobody', async (_, headers, status, reason) => {
  const { upstream, door } = await start(shop);
  const refused = await ask(door, '/quotes/A', headers);
  expect(refused.status).toBe(status);
  expect(await refused.json()).toMatchObject({ type: `urn:interlock:problem:${reason}` });
  expect(upstream.requests).toEqual([]);
});

test('a payment on a route without a payment rule is refused', async () => {
  const { upstream, door } = await start(shop);
  const refused = await ask(door, '/reports/1', v2());
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ type: 'urn:interlock:problem:payment_not_allowed' });
  expect(upstream.requests).toEqual([]);
});

test('a payment header sent twice is refused', async () => {
  const { upstream, door } = await start(shop);
  const both = await ask(door, '/quotes/A', { ...v2(), 'X-PAYMENT': version1(soon()) });
  expect(both.status).toBe(422);
  expect(upstream.requests).toEqual([]);
});

const header = 'PAYMENT-RESPONSE';
test.each<readonly [string, Script, effectiveness: string, left: string, again: number]>([
  ['200 and settled', (_, wire) => wire.send(answer(200, { [header]: settled(true) })), 'effective', '0.02 USD', 409],
  [
    '200 and not settled',
    (_, wire) => wire.send(answer(200, { [header]: settled(false) })),
    'unknown',
    '0.02 USD',
    409,
  ],
  ['200 and silence about it', (_, wire) => wire.send(answer(200)), 'unknown', '0.02 USD', 409],
  ['200 and nonsense about it', (_, wire) => wire.send(answer(200, { [header]: 'eA==' })), 'unknown', '0.02 USD', 409],
  ['402', (_, wire) => wire.send(answer(402)), 'ineffective', '0.03 USD', 402],
  [
    '402 and yet settled',
    (_, wire) => wire.send(answer(402, { [header]: settled(true) })),
    'effective',
    '0.02 USD',
    409,
  ],
  [
    '200 and two words about it',
    (_, wire) => wire.send(answer(200, { [header]: settled(false), [`X-${header}`]: settled(true) })),
    'unknown',
    '0.02 USD',
    409,
  ],
  ['402 and nonsense about it', (_, wire) => wire.send(answer(402, { [header]: 'eA==' })), 'unknown', '0.02 USD', 409],
  ['404', (_, wire) => wire.send(answer(404)), 'unknown', '0.02 USD', 409],
  ['500', (_, wire) => wire.send(answer(500)), 'unknown', '0.02 USD', 409],
  ['a reset', (_, wire) => wire.rst(), 'unknown', '0.02 USD', 409],
])('a payment answered with %s', async (_, script, effectiveness, remaining, again) => {
  const { door } = await start(script);
  await (await ask(door, '/quotes/A', v2())).text();
  expect((await ends(door, 1)).map((outcome) => outcome.effectiveness)).toEqual([effectiveness]);
  expect(left(door)).toBe(remaining);
  expect((await ask(door, '/quotes/A', v2())).status).toBe(again);
});
