import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import { DAY_MS, type PaymentRule } from '../../src/engine/guards/payment.ts';

/** What the payment guard must find of a call: the reason code. Reads the whole history again. */
export function payment(rule: PaymentRule | undefined, events: readonly Event[], call: Call): string {
  const stated = call.particulars?.payment ?? null;
  if (stated === null) return 'ok';
  if (rule === undefined) return 'payment_not_allowed';
  if ('fault' in stated) return 'payment_unreadable';
  if (stated.network !== rule.network) return 'network_not_allowed';
  if (stated.asset !== rule.asset) return stated.asset === '' ? 'asset_not_stated' : 'asset_not_allowed';
  if (!rule.payTo.has(stated.payTo)) return 'payee_not_allowed';
  const { amount } = call;
  if (amount === null || 'fault' in amount) return 'amount_not_countable';
  if (amount.micros > rule.max.micros) return 'payment_too_large';
  if (stated.validUntil > call.at + DAY_MS) return 'valid_too_long';
  return repeated(rule, events, call, stated.nonce);
}

function repeated(rule: PaymentRule, events: readonly Event[], call: Call, nonce: string): string {
  let nonceUsed = false;
  for (const event of events) {
    if (event.kind !== 'decided' || event.verdict !== 'allow') continue;
    const earlier = event.call.particulars?.payment ?? null;
    if (earlier === null || 'fault' in earlier) continue;
    if (earlier.nonce === nonce) nonceUsed = true;
    if (event.call.agent !== call.agent || event.call.fingerprint !== call.fingerprint) continue;
    const end = events.find((one) => one.kind === 'ended' && one.call === event.call.id);
    if (end?.kind !== 'ended') return 'already_paid';
    if (end.effectiveness !== 'ineffective' && end.at > call.at - rule.withinMs) return 'already_paid';
  }
  return nonceUsed ? 'nonce_used' : 'ok';
}
