import { hash } from 'node:crypto';

/**
 * Headers that clients change from one attempt to the next without meaning anything else by it: retries, traces, their own
 * versions and timings, and what the door itself adds.
 */
const PER_ATTEMPT = new Set([
  'accept',
  'accept-charset',
  'accept-language',
  'baggage',
  'cache-control',
  'date',
  'idempotency-key',
  'pragma',
  'priority',
  'sentry-trace',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-amzn-trace-id',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-spanid',
  'x-b3-traceid',
  'x-cloud-trace-context',
  'x-correlation-id',
  'x-request-id',
]);
const PER_ATTEMPT_PREFIXES = ['x-stainless-', 'x-stripe-client-', 'x-datadog-', 'sec-fetch-'];

/**
 * What the headers of a call add to what it means: for which account, in which version, as which type. 64 bits of SHA-256
 * over all but those that differ between attempts. A person who approves a call approves these with its bytes: the same
 * body for another `Stripe-Account` is another call. An unknown header counts, which is the safe side.
 */
export function envelopeOf(
  headers: Readonly<Record<string, string>>,
  digest: (text: string) => string = sha256,
): string {
  const counted = Object.keys(headers).filter(
    (name) => !PER_ATTEMPT.has(name) && !PER_ATTEMPT_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  const text = counted.sort().map((name) => `${name}: ${headers[name]}\n`);
  return digest(text.join('')).slice(0, 16);
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
