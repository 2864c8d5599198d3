/** No double needs more than 17 digits; room for the zeros of very small ones. Keeps the check's cost bounded. */
export const NUMBER_CHARS_MAX = 128;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * What is wrong with a JSON number, as the end of a sentence; `undefined` where every parser reads the same value from it.
 * Parsers keep numbers as doubles, decimals or integers (RFC 8259, 6): they agree on digits that survive a double.
 */
export function numberFault(token: string): string | undefined {
  if (token.length > NUMBER_CHARS_MAX) return `is written with more than ${NUMBER_CHARS_MAX} characters`;
  const value = Number(token);
  if (Object.is(value, -0)) return 'is a negative zero or too small';
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'lies beyond 2^53 - 1; send it as a string';
  if (digitsOf(token) !== digitsOf(String(value))) return 'has more digits than a double holds; send it as a string';
  return undefined;
}

/** `-0012.50e1` → `125e0`: digits without zeros at either end, and where they stand. The sign is left out. */
function digitsOf(token: string): string {
  const match = NUMBER.exec(token);
  if (match === null) return token;
  const [, units = '', decimals = '', exponent = '0'] = match;
  const digits = (units + decimals).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - decimals.length + digits.length - significant.length}`;
}
