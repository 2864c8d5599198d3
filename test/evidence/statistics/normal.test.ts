import { expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { clustered } from '../../../src/evidence/statistics/clustered.ts';
import { normalAbove, normalQuantile } from '../../../src/evidence/statistics/normal.ts';
import { studentT } from '../../../src/evidence/statistics/student-t.ts';
import { wilson, zWithin } from '../../../src/evidence/statistics/wilson.ts';

test.each([
  [0.9, 1.644853626951472],
  [0.95, 1.959963984540054],
  [0.99, 2.575829303548901],
  [0.999, 3.290526731491896],
])('%d of a normal distribution lie within %d, as printed in every table', (confidence, z) => {
  expect(zWithin(confidence)).toBeCloseTo(z, 12);
});

test('six standard deviations: 9.865876e-10 above', () => {
  expect(normalAbove(6) / 9.865876450376946e-10).toBeCloseTo(1, 12);
  expect(normalAbove(0)).toBe(0.5);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
});

property.prop([fc.double({ min: -7, max: 7, noNaN: true })])('the quantile undoes the tail', (z) => {
  // Above 5 the probability below is 1 but for its last digits.
  expect(-normalQuantile(normalAbove(z))).toBeCloseTo(z, z < -5 ? 3 : 9);
  expect(normalAbove(z) + normalAbove(-z)).toBeCloseTo(1, 14);
});

test.each([
  [10, 0.99, 3.169],
  [5, 0.9, 2.015],
  [30, 0.999, 3.646],
  [3, 0.99, 5.841],
  [60, 0.8, 1.296],
  [1, 0.99, 63.657],
  [2, 0.999, 31.599],
])('Student’s t with %i degrees of freedom at %d: %d', (degrees, confidence, printed) => {
  expect(studentT(degrees, confidence)).toBeCloseTo(printed, 3);
});

property.prop([fc.integer({ min: 1, max: 99 }), fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.999)])(
  'Wilson’s bounds are the rates that the score test just does not reject, at any confidence',
  (events, confidence) => {
    const share = events / 100;
    const { low, high } = wilson(share, 100, confidence);
    for (const bound of [low, high]) {
      const score = Math.abs(share - bound) / Math.sqrt((bound * (1 - bound)) / 100);
      expect(score).toBeCloseTo(zWithin(confidence), 9);
    }
    const clusters = Array.from({ length: 100 }, (_, index) => ({ events: index < events ? 1 : 0, total: 1 }));
    expect(clustered(clusters, confidence)).toMatchObject({ low, high });
  },
);
