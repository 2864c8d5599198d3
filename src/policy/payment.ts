import { hash } from 'node:crypto';
import { z } from 'zod';
import { PaymentPayloadV1Schema, PaymentPayloadV2Schema } from '@x402/core/schemas';
import type { PaymentFact } from '../engine/call.ts';
import type { Request } from '../engine/policy.ts';
import { networkOf } from './x402-networks.ts';

/** The request headers that carry a payment: x402 version 1 and version 2. */
const PAYMENT_HEADERS = ['x-payment', 'payment-signature'] as const;

/** Ten times what a client sends. Larger headers are refused unread. */
export const HEADER_CHARACTERS_MAX = 8_192;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** A uint256 in decimal. */
const AMOUNT = /^(?:0|[1-9]\d{0,77})$/;
const SECONDS = /^\d{1,12}$/;

/** What is signed under the scheme `exact` on EVM networks: a transfer by EIP-3009. */
const Authorized = z.strictObject({
  signature: z.string().regex(/^0x[0-9a-fA-F]*$/),
  authorization: z.strictObject({
    from: z.string().regex(ADDRESS),
    to: z.string().regex(ADDRESS),
    value: z.string().regex(AMOUNT),
    validAfter: z.string().regex(SECONDS),
    validBefore: z.string().regex(SECONDS),
    nonce: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
  }),
});

const known = new WeakMap<Request, PaymentFact | null>();

/**
 * The payment that a request carries; `null`: none. Decoded once per request, for the guard and for the amount alike.
 * Whatever has two readings, or is not understood to the last field, is a fault: what is signed is money.
 */
export function paymentOf(request: Request): PaymentFact | null {
  if (!carriesPayment(request.headers)) return null;
  const earlier = known.get(request);
  if (earlier !== undefined) return earlier;
  const fact = decode(request.headers);
  known.set(request, fact);
  return fact;
}

/** Nearly every request carries none, and must not pay for those that do. */
function carriesPayment(headers: Request['headers']): boolean {
  for (const name of PAYMENT_HEADERS) if (Object.hasOwn(headers, name)) return true;
  return false;
}

function decode(headers: Request['headers']): PaymentFact | null {
  const [v1, v2] = PAYMENT_HEADERS.map((name) => (Object.hasOwn(headers, name) ? headers[name] : undefined));
  if (v1 !== undefined && v2 !== undefined) return { fault: 'two payment headers' };
  const header = v1 ?? v2;
  if (header === undefined) return null;
  if (header.length > HEADER_CHARACTERS_MAX) return { fault: `longer than ${HEADER_CHARACTERS_MAX} characters` };
  const payload = jsonOf(header);
  if (payload === undefined) return { fault: 'not the Base64 of plain JSON' };
  return v1 === undefined ? version2(payload) : version1(payload);
}

/** Version 1 signs for an asset that its header does not state. */
function version1(json: unknown): PaymentFact {
  const read = PaymentPayloadV1Schema.safeParse(json);
  if (!read.success) return { fault: 'not a payment of x402 version 1' };
  const { scheme, network, payload } = read.data;
  return transfer(1, scheme, network, '', payload);
}

/** What was accepted of a quote must be what is signed. */
function version2(json: unknown): PaymentFact {
  const read = PaymentPayloadV2Schema.safeParse(json);
  if (!read.success) return { fault: 'not a payment of x402 version 2' };
  const { accepted, payload } = read.data;
  if (!ADDRESS.test(accepted.asset)) return { fault: 'an asset that is no EVM address' };
  const fact = transfer(2, accepted.scheme, accepted.network, accepted.asset.toLowerCase(), payload);
  if ('fault' in fact) return fact;
  const agrees = fact.payTo === accepted.payTo.toLowerCase() && fact.amount === accepted.amount;
  return agrees ? fact : { fault: 'what is signed is not what was accepted' };
}

function transfer(version: 1 | 2, scheme: string, name: string, asset: string, payload: unknown): PaymentFact {
  if (scheme !== 'exact') return { fault: 'a scheme other than `exact`' };
  const network = networkOf(name);
  if (network === undefined) return { fault: 'a network that is not known' };
  const signed = Authorized.safeParse(payload);
  if (!signed.success) return { fault: 'not a transfer by EIP-3009' };
  const { to, value, validBefore, nonce } = signed.data.authorization;
  return {
    version,
    scheme,
    network,
    asset,
    payTo: to.toLowerCase(),
    amount: value,
    nonce: nonce.toLowerCase(),
    validUntil: Number(validBefore) * 1000,
  };
}

/** `undefined` where the text is not Base64 of UTF-8, no JSON, or JSON that readers take differently. */
function jsonOf(header: string): unknown {
  if (!BASE64.test(header)) return undefined;
  try {
    const bytes = Buffer.from(header, 'base64');
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    return hasOneReading(text, json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** Whether nothing of a JSON text is lost in its value. A repeated key is: some readers take its first value, some its last. */
function hasOneReading(text: string, json: unknown): boolean {
  const tokens = text.match(TOKEN) ?? [];
  const plain = tokens.map((token) => (/^["\d-]/.test(token) ? JSON.stringify(JSON.parse(token)) : token));
  return plain.join('') === JSON.stringify(json);
}

/**
 * A call's headers as the journal keeps them. A signed payment is a bearer instrument until it ends: whoever shows it first
 * gets what it pays for. So its digest stands in its place; what it says stands among the call's facts.
 */
export function withoutPayments(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const carried = PAYMENT_HEADERS.filter((name) => Object.hasOwn(headers, name));
  if (carried.length === 0) return headers;
  const digests = carried.map((name) => [name, `sha256:${hash('sha256', headers[name] ?? '', 'hex')}`]);
  return { ...headers, ...Object.fromEntries(digests) };
}
