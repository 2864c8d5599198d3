import type { Effectiveness } from '../../engine/event.ts';

/** Ten times what a facilitator says. */
export const HEADER_CHARACTERS_MAX = 8_192;

/** What an upstream says of a payment it was sent. */
export type Settlement = 'settled' | 'refused' | 'unreadable';

/**
 * What an answer's `PAYMENT-RESPONSE` (x402 version 2) or `X-PAYMENT-RESPONSE` (version 1) says.
 *
 * @param before what another such header of the same answer said: two that differ say nothing
 */
export function settlementOf(header: string, before: Settlement | undefined): Settlement {
  const said = read(header);
  return before === undefined || before === said ? said : 'unreadable';
}

function read(header: string): Settlement {
  if (header.length > HEADER_CHARACTERS_MAX) return 'unreadable';
  try {
    const json: unknown = JSON.parse(Buffer.from(header, 'base64').toString());
    const success = typeof json === 'object' && json !== null && 'success' in json ? json.success : undefined;
    if (typeof success !== 'boolean') return 'unreadable';
    return success ? 'settled' : 'refused';
  } catch {
    return 'unreadable';
  }
}

/** Payment Required: no payment, or none that was accepted (RFC 9110 §15.5.3). */
const PAYMENT_REQUIRED = 402;

/**
 * Whether a call that carried a payment took effect: whether the money moved, which its status alone does not tell.
 * Only the upstream's own word, or its 402, is taken for an answer; everything else is unknown, which counts as spent.
 */
export function paidEffectiveness(status: number | null, settlement: Settlement | undefined): Effectiveness {
  if (settlement === 'settled') return 'effective';
  if (settlement === 'unreadable') return 'unknown';
  if (status === PAYMENT_REQUIRED) return 'ineffective';
  // "Your payment failed" in an answer that reports success: the money stayed, but what was asked for may have been done.
  return settlement === 'refused' && status !== null && status >= 400 ? 'ineffective' : 'unknown';
}
