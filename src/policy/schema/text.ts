import { z } from 'zod';
import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import { isCurrency, parseMoney } from '../../std/money.ts';

/**
 * A string of a known form. The form's words are the error of every value that has another one,
 * so they are written to stand behind "write …".
 */
export function text(form: string, pattern: RegExp, accepts: (text: string) => boolean = () => true): z.ZodString {
  return z.string({ error: form }).regex(pattern, { error: form, abort: true }).refine(accepts, { error: form });
}

/** Names that a person gives: no dots or brackets, so that `refunds-bot.rates[0]` points at one rule only. */
export const Id = text(
  'a name of letters, digits, `-` and `_`, at most 64, that starts with a letter',
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
);

export const Duration = text(
  DURATION_FORM,
  /^[1-9]\d{0,8}(ms|s|m|h|d)$/,
  (duration) => parseDuration(duration) !== undefined,
);

export const Amount = text(
  'an amount with no more decimals than its currency has: 500 USD, 0.10 EUR, 500 JPY',
  /^-?\d+(\.\d+)? [A-Z]{3}$/,
  (money) => parseMoney(money) !== undefined,
);

export const CurrencyCode = text('an ISO 4217 currency code: USD, eur, JPY', /^[A-Za-z]{3}$/, (code) =>
  isCurrency(code.toUpperCase()),
);

/** A count of at least one; the bound is that of the memory a counter may take. */
export function count(max: number, form = `a whole number from 1 to ${max}`): z.ZodInt {
  return z.int({ error: form }).min(1, { error: form }).max(max, { error: form });
}
