import { encodePaymentSignatureHeader } from '@x402/core/http';
import type { PaymentPayload } from '@x402/core/types';

export const USDC = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';
export const SHOP = '0x209693Bc6afc0C5328bA36FaF03C514EF312287C';
export const EVE = '0xE0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0E0';
const WALLET = '0x857b06519E91e3A54538791bDbb0E22373e36b66';

/** What a wallet signs; no chain here looks at the signature. */
export interface Signed {
  readonly to: string;
  readonly value: string;
  /** Seconds since 1970. */
  readonly validBefore: string;
  readonly nonce: string;
}

let nonces = 0;

export function signed(more: Partial<Signed> = {}): Signed {
  nonces += 1;
  return {
    to: SHOP,
    value: '10000',
    validBefore: '1000',
    nonce: `0x${nonces.toString(16).padStart(64, '0')}`,
    ...more,
  };
}

export function payloadOf(one: Signed): Record<string, unknown> {
  return { signature: '0x2d6a', authorization: { from: WALLET, validAfter: '0', ...one } };
}

/** The value of `X-PAYMENT` (version 1), as the official client encodes it. */
export function version1(one: Signed, network = 'base', scheme = 'exact'): string {
  const payment = { x402Version: 1, scheme, network, payload: payloadOf(one) };
  return encodePaymentSignatureHeader(payment as unknown as PaymentPayload);
}

/** The value of `PAYMENT-SIGNATURE` (version 2), as the official client encodes it. */
export function version2(one: Signed, accepted: Partial<PaymentPayload['accepted']> = {}): string {
  return encodePaymentSignatureHeader({
    x402Version: 2,
    resource: { url: 'https://data.example/quotes/A' },
    accepted: {
      scheme: 'exact',
      network: 'eip155:8453',
      asset: USDC,
      amount: one.value,
      payTo: one.to,
      maxTimeoutSeconds: 60,
      extra: { name: 'USDC', version: '2' },
      ...accepted,
    },
    payload: payloadOf(one),
  });
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
