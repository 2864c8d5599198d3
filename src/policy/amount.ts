import type { Json } from '../std/canonical-json.ts';
import { fromMajor, fromMinor, isCurrency, type Currency } from '../std/money.ts';
import { assert } from '../std/assert.ts';
import type { AmountFact } from '../engine/call.ts';
import type { Request, Route } from '../engine/policy.ts';
import { moneyOf } from './checked.ts';
import { parseField, readField, type Field, type FieldReader } from './field.ts';
import type { Price } from './policy.ts';
import type { AmountFile } from './schema/route.ts';

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
export function priceOf({ fixed, currency }: AmountFile): Price {
  const money = fixed === undefined ? undefined : moneyOf(fixed);
  return { currency: money?.currency ?? literalCurrency(currency ?? ''), fixed: money };
}

/** How a route's `amount:` reads a request. Expects what `semantics/money.ts` let through. */
export function amountReader(amount: AmountFile): NonNullable<Route['amount']> {
  if (amount.fixed !== undefined) {
    const fixed = moneyOf(amount.fixed);
    return () => fixed;
  }
  const value = fieldReader(amount.minor ?? amount.major);
  const currency = currencyReader(amount);
  const convert = amount.minor === undefined ? major : minor;
  return (request) => {
    const stated = value(request);
    if (stated === undefined || stated === null || stated === '') return { fault: 'missing' };
    const code = currency(request);
    if (code === undefined) return { fault: 'currency' };
    return convert(stated, code) ?? { fault: 'malformed' };
  };
}

/** JSON integers and plain integer strings, nothing else: `1e2`, ` 5` and `5.0` are read differently by different APIs. */
function minor(value: Json, currency: Currency): AmountFact | undefined {
  return typeof value === 'number' || typeof value === 'string' ? fromMinor(value, currency) : undefined;
}

/** Decimal strings, and JSON numbers whose shortest decimal form has no more decimals than the currency. */
function major(value: Json, currency: Currency): AmountFact | undefined {
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
