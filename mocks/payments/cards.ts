import { type Result, fail, ok } from '../../src/std/result.ts';
import { type Refusal, missing } from './errors.ts';
import type { Card } from './objects.ts';

const declined = (code: string, decline: string, message: string): Result<Card, Refusal> =>
  fail({ status: 402, type: 'card_error', code, decline_code: decline, message });

/** Stripe's test cards, as sources of charges and as payment methods of intents (https://docs.stripe.com/testing). */
const CARDS: Readonly<Record<string, Result<Card, Refusal>>> = {
  tok_visa: ok({ brand: 'visa', last4: '4242' }),
  tok_mastercard: ok({ brand: 'mastercard', last4: '4444' }),
  tok_chargeDeclined: declined('card_declined', 'generic_decline', 'Your card was declined.'),
  tok_chargeDeclinedInsufficientFunds: declined(
    'card_declined',
    'insufficient_funds',
    'Your card has insufficient funds.',
  ),
  tok_chargeDeclinedExpiredCard: declined('expired_card', 'expired_card', 'Your card has expired.'),
};

/** `tok_visa` or `pm_card_visa`: the card, or what its bank says. */
export function cardOf(token: string, param: string): Result<Card, Refusal> {
  return (
    CARDS[token.replace(/^pm_card_/, 'tok_')] ??
    fail(missing(param === 'source' ? 'token' : 'PaymentMethod', token, param, 400))
  );
}

/** The card a customer is assumed to have on file. */
export const CARD_ON_FILE: Card = { brand: 'visa', last4: '4242' };
