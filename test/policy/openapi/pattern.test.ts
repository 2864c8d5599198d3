import { expect, it } from 'vitest';
import { PATTERNED_LENGTH_MAX, patternTest } from '../../../src/policy/openapi/pattern.ts';

it.each([
  ['^ch_[A-Za-z0-9]+$', 'ch_1', true],
  ['^ch_[A-Za-z0-9]+$', 'ch-1', false],
  ['^(?:EUR|USD)$', 'USD', true],
  ['^[\\S\\s]*$', 'anything', true],
  ['^\\-?[0-9]+$', '-5', true],
  ['^([0-9]{4})-([0-9]{2})$', '2026-01', true],
  ['^[(]a+[)]$', '(aa)', true],
])('%s is tested on %s', (pattern, text, expected) => expect(patternTest(pattern)?.test(text)).toBe(expected));

it.each([
  '^(a+)+$',
  '^(a|a)*$',
  '^(?:\\d+\\.?)*$',
  '^((ab)*c){2,}$',
  '(a)\\1',
  '(?<x>a)\\k<x>',
  '(unclosed',
  '^(?:a|(?:b)+)+$',
])('%s is not tested at all: it is broken, or could take too long', (pattern) =>
  expect(patternTest(pattern)).toBeUndefined(),
);

it('no text is tested that is longer than a match may cost', () => {
  const test = patternTest('^a*$')!;
  expect(test.test('a'.repeat(PATTERNED_LENGTH_MAX))).toBe(true);
  expect(test.test('a'.repeat(PATTERNED_LENGTH_MAX + 1))).toBe(false);
});
