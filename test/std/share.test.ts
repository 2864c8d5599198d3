import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatShare, parseShare, reaches, shownShare, wholeWithin } from '../../src/std/share.ts';

it.each([
  ['5%', 50_000],
  ['0.5%', 5_000],
  ['100%', 1_000_000],
  ['0.0001%', 1],
  ['12.25%', 122_500],
  ['0%', undefined],
  ['100.0001%', undefined],
  ['5', undefined],
  ['-5%', undefined],
  ['.5%', undefined],
  ['5 %', undefined],
  ['0.00001%', undefined],
])('%s is %s millionths', (text, ppm) => {
  expect(parseShare(text)).toBe(ppm);
});

it('what is written reads back', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (ppm) => parseShare(formatShare(ppm)) === ppm));
});

it('is exact where fractions are not: 7 % of 100 is 7, and 7 of 100 reach it', () => {
  expect(wholeWithin(100, 70_000)).toBe(7);
  expect([reaches(7, 100, 70_000), reaches(6, 100, 70_000)]).toEqual([true, false]);
  expect([shownShare(31, 60), shownShare(0, 0)]).toEqual(['52%', '0%']);
});
