import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINOR_DIGITS } from '../../src/std/currencies.ts';
import { formatMoney, fromMajor, fromMinor, isCurrency, minorDigits, parseMoney } from '../../src/std/money.ts';

const currency = fc.constantFrom(...Object.keys(MINOR_DIGITS));
/** Up to 15 digits of units in every currency, so that every amount stays inside the bounds. */
const minor = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });

describe('money', () => {
  test('an amount of minor units is the same read as minor, formatted, and parsed back', () => {
    fc.assert(
      fc.property(minor, currency, (minor, currency) => {
        const money = fromMinor(String(minor), currency);
        if (money === undefined) throw new Error(`${minor} ${currency} is an amount`);
        expect(money.micros).toBe(minor * 10n ** BigInt(6 - minorDigits(currency)));
        expect(parseMoney(formatMoney(money))).toEqual(money);
      }),
    );
  });

  test('formatting loses no micro, and parsing refuses what the currency cannot express', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), currency, (micros, currency) => {
        const text = formatMoney({ micros, currency });
        const [sign = '', units = '', decimals = ''] = (/^(-?)(\d+)\.?(\d*) [A-Z]{3}$/.exec(text) ?? []).slice(1);
        expect(BigInt(`${sign}${units}${decimals.padEnd(6, '0')}`)).toBe(micros);
        const step = 10n ** BigInt(6 - minorDigits(currency));
        expect(parseMoney(text)).toEqual(micros % step === 0n ? { micros, currency } : undefined);
      }),
    );
  });

  test.each([
    ['12.34 USD', 12_340_000n, '12.34 USD'],
    ['500 USD', 500_000_000n, '500.00 USD'],
    ['-0.10 EUR', -100_000n, '-0.10 EUR'],
    ['1200 JPY', 1_200_000_000n, '1200 JPY'],
    ['1.234 KWD', 1_234_000n, '1.234 KWD'],
    ['0 USD', 0n, '0.00 USD'],
    ['999999999999999.99 USD', 999_999_999_999_999_990_000n, '999999999999999.99 USD'],
  ])('%s is %d micros and shows as %s', (text, micros, shown) => {
    const money = parseMoney(text);
    expect(money?.micros).toBe(micros);
    expect(money && formatMoney(money)).toBe(shown);
  });

  test.each([
    '',
    '5',
    'USD',
    '5USD',
    '5  USD',
    ' 5 USD',
    '5 USD ',
    '5 USD\n',
    '5 usd',
    '5 US',
    '5 XYZ',
    '+5 USD',
    '05 USD',
    '.5 USD',
    '5. USD',
    '1e3 USD',
    '1,000 USD',
    '5.001 USD',
    '1.5 JPY',
    '1.2345 KWD',
    '0x5 USD',
    'NaN USD',
    '٥ USD',
    '1000000000000000 USD',
    '--5 USD',
    '5 XAU',
    '5 toString',
    '5 USD EUR',
  ])('%j is no amount', (text) => {
    expect(parseMoney(text)).toBeUndefined();
  });

  test.each([1.5, NaN, Infinity, 2 ** 53, -1.1, '', '1.0', '01', '+1', ' 1', '1e2', '1000000000000000000'])(
    '%j is no number of minor units',
    (value) => {
      expect(fromMinor(value, 'USD')).toBeUndefined();
    },
  );

  test('a name that every object has is no currency', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(isCurrency(name)).toBe(false);
      expect(fromMajor('1', name)).toBeUndefined();
      expect(fromMinor(1, name)).toBeUndefined();
      expect(minorDigits(name)).toBe(2);
    }
  });

  test('every code is three capitals and has two, three or no decimals', () => {
    for (const [code, digits] of Object.entries(MINOR_DIGITS)) {
      expect(code).toMatch(/^[A-Z]{3}$/);
      expect([0, 2, 3]).toContain(digits);
    }
    expect(['USD', 'EUR', 'JPY', 'KRW', 'CLP', 'KWD', 'BHD'].map(minorDigits)).toEqual([2, 2, 0, 0, 0, 3, 3]);
  });
});
