import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaymentFact } from '../../src/engine/call.ts';
import { amountReader } from '../../src/policy/amount.ts';
import { paymentOf, withoutPayments } from '../../src/policy/payment.ts';
import { base64, EVE, payloadOf, SHOP, signed, USDC, version1, version2 } from './x402.ts';

function read(headers: Readonly<Record<string, string>>): PaymentFact | null {
  return paymentOf({ method: 'GET', params: {}, query: {}, body: undefined, headers });
}
const one = signed({ value: '10000', validBefore: '1740672154' });
const STATED = {
  scheme: 'exact',
  network: 'eip155:8453',
  payTo: SHOP.toLowerCase(),
  amount: '10000',
  nonce: one.nonce,
  validUntil: 1_740_672_154_000,
};
const json = (value: object): string => base64(JSON.stringify(value));
const v1 = (payload: object, more: object = {}): string =>
  json({ x402Version: 1, scheme: 'exact', network: 'base', payload, ...more });

describe('what the official client encodes is read', () => {
  test('version 1, which states no asset', () => {
    expect(read({ 'x-payment': version1(one) })).toEqual({ version: 1, asset: '', ...STATED });
  });
  test('version 2', () => {
    expect(read({ 'payment-signature': version2(one) })).toEqual({ version: 2, asset: USDC.toLowerCase(), ...STATED });
  });
  test('a network by its name and by its number is one', () => {
    expect(read({ 'x-payment': version1(one, 'base-sepolia') })).toMatchObject({ network: 'eip155:84532' });
    expect(read({ 'x-payment': version1(one, 'eip155:84532') })).toMatchObject({ network: 'eip155:84532' });
  });
  test('spaces between the tokens of its JSON change nothing', () => {
    const spaced = JSON.stringify(
      { x402Version: 1, scheme: 'exact', network: 'base', payload: payloadOf(one) },
      null,
      2,
    );
    expect(read({ 'x-payment': base64(spaced) })).toMatchObject(STATED);
  });
  test('no payment is no fault', () => {
    expect(read({ accept: '*/*' })).toBeNull();
  });
});

const authorization = payloadOf(one)['authorization'] as object;

test.each([
  ['both headers', { 'x-payment': version1(one), 'payment-signature': version2(one) }, 'two payment headers'],
  ['too long', { 'x-payment': base64('x'.repeat(9_000)) }, 'longer than 8192 characters'],
  ['empty', { 'x-payment': '' }, 'not the Base64 of plain JSON'],
  ['no Base64', { 'x-payment': '{"x402Version":1}' }, 'not the Base64 of plain JSON'],
  ['no JSON', { 'x-payment': base64('hello') }, 'not the Base64 of plain JSON'],
  ['no UTF-8', { 'x-payment': Buffer.from([0x22, 0xff, 0x22]).toString('base64') }, 'not the Base64 of plain JSON'],
  [
    'a payee that is named twice, for readers of the first and of the last',
    { 'x-payment': base64(v1text().replace(`"to":"${SHOP}"`, `"to":"${EVE}","to":"${SHOP}"`)) },
    'not the Base64 of plain JSON',
  ],
  ['version 2 in the header of version 1', { 'x-payment': version2(one) }, 'not a payment of x402 version 1'],
  ['version 1 in the header of version 2', { 'payment-signature': version1(one) }, 'not a payment of x402 version 2'],
  ['another scheme', { 'x-payment': version1(one, 'base', 'upto') }, 'a scheme other than `exact`'],
  ['a network nobody knows', { 'x-payment': version1(one, 'basis') }, 'a network that is not known'],
  ['a network of another kind', { 'x-payment': version1(one, 'solana') }, 'a network that is not known'],
  ['nothing signed', { 'x-payment': v1({ signature: '0x' }) }, 'not a transfer by EIP-3009'],
  ['a Solana transaction', { 'x-payment': v1({ transaction: 'AAAA' }) }, 'not a transfer by EIP-3009'],
  [
    'two things signed',
    { 'x-payment': v1({ ...payloadOf(one), permit2Authorization: {} }) },
    'not a transfer by EIP-3009',
  ],
  ...[
    ['a negative value', { value: '-1' }],
    ['a value with an exponent', { value: '1e4' }],
    ['a value as a number', { value: 10_000 }],
    ['a value beyond a uint256', { value: '1'.repeat(79) }],
    ['a payee that is no address', { to: 'shop.eth' }],
    ['a short nonce', { nonce: '0x01' }],
    ['no end', { validBefore: '' }],
  ].map(([what, wrong]): [string, Record<string, string>, string] => [
    what as string,
    { 'x-payment': v1({ signature: '0x', authorization: { ...authorization, ...(wrong as object) } }) },
    'not a transfer by EIP-3009',
  ]),
  [
    'another payee signed than accepted',
    { 'payment-signature': version2(signed({ to: EVE }), { payTo: SHOP }) },
    'what is signed is not what was accepted',
  ],
  [
    'another amount signed than accepted',
    { 'payment-signature': version2(signed({ value: '99' }), { amount: '10' }) },
    'what is signed is not what was accepted',
  ],
  [
    'an asset that is no address',
    { 'payment-signature': version2(one, { asset: 'USDC' }) },
    'an asset that is no EVM address',
  ],
] as [string, Record<string, string>, string][])('%s cannot be read', (_, headers, fault) => {
  expect(read(headers)).toEqual({ fault });
});

function v1text(): string {
  return JSON.stringify({ x402Version: 1, scheme: 'exact', network: 'base', payload: payloadOf(one) });
}

test('whatever stands in a payment header, it is read or is a fault, never nothing', () => {
  const text = fc.oneof(fc.string(), fc.json().map(base64), fc.base64String());
  fc.assert(
    fc.property(text, (value) => {
      expect(read({ 'x-payment': value })).not.toBeNull();
    }),
  );
});

describe('the amount of a call is what its payment pays', () => {
  const amountOf = (decimals: number, value: string) =>
    amountReader({ x402: { decimals, currency: 'usd' } })({
      method: 'GET',
      params: {},
      query: {},
      body: undefined,
      headers: { 'x-payment': version1(signed({ value })) },
    });
  test.each([
    [6, '10000', 10_000n],
    [6, '0', 0n],
    [2, '125', 1_250_000n],
    [0, '3', 3_000_000n],
    [18, '10000000000000000', 10_000n],
    [18, '1', 1n],
    [18, '1000000000001', 2n],
  ])('%i decimals: %s units', (decimals, value, micros) => {
    expect(amountOf(decimals, value)).toEqual({ micros, currency: 'USD' });
  });
  test('none without a payment, and none that can be read with a bad one', () => {
    const reader = amountReader({ x402: { decimals: 6, currency: 'USD' } });
    const request = { method: 'GET', params: {}, query: {}, body: undefined };
    expect(reader({ ...request, headers: {} })).toBeNull();
    expect(reader({ ...request, headers: { 'x-payment': 'x' } })).toEqual({ fault: 'malformed' });
  });
});

test('the journal keeps a digest in place of a signed payment, and other headers as they are', () => {
  const header = version2(one);
  const kept = withoutPayments({ accept: '*/*', 'payment-signature': header });
  expect(kept).toEqual({ accept: '*/*', 'payment-signature': `sha256:${hash('sha256', header, 'hex')}` });
  const plain = { accept: '*/*' };
  expect(withoutPayments(plain)).toBe(plain);
});
