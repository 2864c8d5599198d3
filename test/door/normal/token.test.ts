import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { bodyHoldsToken, holdsToken } from '../../../src/door/normal/token.ts';

const TOKEN = `interlock_${'aB3-_'.repeat(9).slice(0, 43)}`;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');
const SPELLINGS: readonly ((char: string) => string)[] = [
  (char) => char,
  (char) => `%${hex(char)}`,
  (char) => `%${hex(char).toUpperCase()}`,
  (char) => `\\u00${hex(char)}`,
  (char) => `\\U00${hex(char).toUpperCase()}`,
];

/** The token with each of its characters spelt in one of these ways, or with one of them gone. */
const spelt = fc
  .tuple(fc.array(fc.constantFrom(...SPELLINGS), { minLength: TOKEN.length, maxLength: TOKEN.length }), fc.nat(80))
  .map(([spellings, without]) =>
    Array.from(TOKEN)
      .map((char, index) => (index === without ? '' : spellings[index]!(char)))
      .join(''),
  );
const around = fc.string({
  unit: fc.constantFrom('%', '\\', 'u', '0', '4', '1', 'f', 'G', '_', ' ', '\xff'),
  maxLength: 12,
});

describe('a token in a body', () => {
  property.prop([around, spelt, around])(
    'is found in its bytes where it is found in its text',
    (before, token, after) => {
      const text = before + token + after;
      expect(bodyHoldsToken(Buffer.from(text, 'latin1'))).toBe(holdsToken(text));
    },
  );

  property.prop([fc.constantFrom(...SPELLINGS)])('is found however it is spelt throughout', (spell) => {
    const body = `{"note":"%41 \\u0041 ${Array.from(TOKEN).map(spell).join('')}"}`;
    expect(bodyHoldsToken(Buffer.from(body))).toBe(true);
  });

  test.each(['%41', '\\u0041', '%', '\\u00', 'interlock_%'])(
    'a body of nothing but %s is looked at and let go',
    (unit) => {
      // Replaced one by one, half a million escapes took everybody's time for half a second, before any rule was asked.
      const body = Buffer.from(unit.repeat(2_097_152 / unit.length));
      for (let round = 0; round < 10; round += 1) expect(bodyHoldsToken(body)).toBe(false);
    },
  );
});
