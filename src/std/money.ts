import { MINOR_DIGITS } from './currencies.ts';

/** An amount in millionths of the currency's unit: 12.34 USD is 12_340_000n. Never a float. */
export type Micros = bigint;

/** An ISO 4217 code in capitals. */
export type Currency = string;

export interface Money {
  readonly micros: Micros;
  readonly currency: Currency;
}

const MICRO_DIGITS = 6;
/** Micro-units in one minor unit, by how many decimals the currency has. */
const MICROS_PER_MINOR: readonly Micros[] = Array.from(
  { length: 7 },
  (_, digits) => 10n ** BigInt(MICRO_DIGITS - digits),
);
/** A quadrillion units: an amount above it is a typing error or an attack. */
const UNITS_DIGITS_MAX = 15;

export function isCurrency(code: string): boolean {
  return Object.hasOwn(MINOR_DIGITS, code);
}

/** How many decimals the currency's minor unit has: USD 2, JPY 0, KWD 3. */
export function minorDigits(currency: Currency): number {
  return isCurrency(currency) ? (MINOR_DIGITS[currency] as number) : 2;
}

/** `"500 USD"` → 500_000_000n USD; `undefined` when the text is not an amount, a space and an ISO 4217 code. */
export function parseMoney(text: string): Money | undefined {
  const match = /^(\S+) ([A-Z]{3})$/.exec(text);
  if (match === null) return undefined;
  return fromMajor(match[1] as string, match[2] as string);
}

/** A decimal in units (`"12.34"`, `"-5"`) → money; `undefined` for exponents, spaces, or more decimals than the currency has. */
export function fromMajor(text: string, currency: Currency): Money | undefined {
  if (!isCurrency(currency)) return undefined;
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, units, decimals = ''] = match as unknown as [string, string, string, string | undefined];
  if (units.length > UNITS_DIGITS_MAX || decimals.length > minorDigits(currency)) return undefined;
  const micros = BigInt(units + decimals.padEnd(MICRO_DIGITS, '0'));
  return { micros: sign === '-' ? -micros : micros, currency };
}

/** A whole number of minor units (cents, yen) → money; `undefined` when it is not a plain integer. */
export function fromMinor(value: number | string, currency: Currency): Money | undefined {
  if (!isCurrency(currency)) return undefined;
  const isPlain = typeof value === 'number' ? Number.isSafeInteger(value) : /^-?(0|[1-9]\d{0,17})$/.test(value);
  if (!isPlain) return undefined;
  return { micros: BigInt(value) * (MICROS_PER_MINOR[minorDigits(currency)] as Micros), currency };
}

/** 12_340_000n USD → `"12.34 USD"`: at least the currency's own decimals, more where the micros need them. */
export function formatMoney(money: Money): string {
  return `${formatMicros(money.micros, money.currency)} ${money.currency}`;
}

export function formatMicros(micros: Micros, currency: Currency): string {
  const sign = micros < 0n ? '-' : '';
  const digits = (micros < 0n ? -micros : micros).toString().padStart(MICRO_DIGITS + 1, '0');
  const units = digits.slice(0, -MICRO_DIGITS);
  const shown = minorDigits(currency);
  const decimals = digits.slice(-MICRO_DIGITS).replace(/0+$/, '').padEnd(shown, '0');
  return decimals === '' ? sign + units : `${sign}${units}.${decimals}`;
}
