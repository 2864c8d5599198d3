import type { Json } from '../std/canonical-json.ts';
import { fromMajor, fromMinor, isCurrency, type Currency } from '../std/money.ts';
import { assert } from '../std/assert.ts';
import type { AmountFact } from '../engine/call.ts';
import type { Request, Route } from '../engine/policy.ts';
import { moneyOf } from './checked.ts';
import { parseField, readField, type Field, type FieldReader } from './field.ts';
import { paymentOf } from './payment.ts';
import type { Price } from './policy.ts';
import type { AmountFile } from './schema/route.ts';

/** Money is counted in millionths. */
const MICRO_DIGITS = 6;

/** The currency that a policy's `currency:` names outright, in capitals; `undefined` where it names a field. */
export function literalCurrency(text: string): Currency | undefined {
  const code = text.toUpperCase();
  return isCurrency(code) ? code : undefined;
}

/** The field whose plain integers conditions see as ints, even in a form: the route's `amount.minor`. */
export function integerField(amount: AmountFile | undefined): Field | undefined {
  return amount?.minor === undefined ? undefined : parseField(amount.minor);
}

/** What an `amount:` says without any request. */
export function priceOf({ fixed, minor, major, x402, currency }: AmountFile): Price {
  const money = fixed === undefined ? undefined : moneyOf(fixed);
  const unit = minor === undefined ? 'major' : 'minor';
  const field = minor ?? major;
  return {
    currency: money?.currency ?? literalCurrency(x402?.currency ?? currency ?? ''),
    fixed: money,
    field,
    unit: field === undefined ? undefined : unit,
  };
}

/** How a route's `amount:` reads a request. Expects what `semantics/money.ts` let through. */
export function amountReader(amount: AmountFile): NonNullable<Route['amount']> {
  if (amount.fixed !== undefined) {
    const fixed = moneyOf(amount.fixed);
    return () => fixed;
  }
  if (amount.x402 !== undefined) return paidAmount(amount.x402);
  const value = fieldReader(amount.minor ?? amount.major);
  const currency = currencyReader(amount);
  const convert = amount.minor === undefined ? asMajor : asMinor;
  return (request) => {
    const stated = value(request);
    if (stated === undefined || stated === null || stated === '') return { fault: 'missing' };
    const code = currency(request);
    if (code === undefined) return { fault: 'currency' };
    return convert(stated, code) ?? { fault: 'malformed' };
  };
}

/** What a payment header says; `null` without one. */
function paidAmount({ decimals, currency }: NonNullable<AmountFile['x402']>): NonNullable<Route['amount']> {
  const code = currency.toUpperCase();
  return (request) => {
    const payment = paymentOf(request);
    if (payment === null) return null;
    return 'fault' in payment ? { fault: 'malformed' } : { micros: microsOf(payment.amount, decimals), currency: code };
  };
}

/** Units of an asset too small for a micro-unit count as a whole one: many of them must not be free. */
function microsOf(units: string, decimals: number): bigint {
  if (decimals <= MICRO_DIGITS) return BigInt(units) * 10n ** BigInt(MICRO_DIGITS - decimals);
  const unitsPerMicro = 10n ** BigInt(decimals - MICRO_DIGITS);
  return (BigInt(units) + unitsPerMicro - 1n) / unitsPerMicro;
}

/** JSON integers and plain integer strings, nothing else: `1e2`, ` 5` and `5.0` are read differently by different APIs. */
function asMinor(value: Json, currency: Currency): AmountFact | undefined {
  return typeof value === 'number' || typeof value === 'string' ? fromMinor(value, currency) : undefined;
}

/** Decimal strings, and JSON numbers whose shortest decimal form has no more decimals than the currency. */
function asMajor(value: Json, currency: Currency): AmountFact | undefined {
  return typeof value === 'number' || typeof value === 'string' ? fromMajor(String(value), currency) : undefined;
}

/** Only an absent field falls back on the default: a currency that is there and unreadable is a fault. */
function currencyReader(amount: AmountFile): (request: Request) => Currency | undefined {
  const stated = amount.currency ?? '';
  const literal = literalCurrency(stated);
  if (literal !== undefined) return () => literal;
  const field = fieldReader(stated);
  const fallback = amount.default?.toUpperCase();
  return (request) => {
    const value = field(request);
    if (value === undefined) return fallback;
    return typeof value === 'string' && /^[A-Za-z]{3}$/.test(value) ? literalCurrency(value) : undefined;
  };
}

function fieldReader(text: string | undefined): FieldReader {
  const field = parseField(text ?? '');
  assert(field !== undefined, `the field \`${text}\` was checked when the policy was read`);
  return readField(field);
}
