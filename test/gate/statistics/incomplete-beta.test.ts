import { expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { incompleteBeta } from '../../../src/gate/statistics/incomplete-beta.ts';
import { logBeta, logGamma } from '../../../src/gate/statistics/log-beta.ts';
import { rootOf } from '../../../src/gate/statistics/root.ts';
import { binomialUpTo } from './binomial.ts';

/** From quadrature with 30 digits. */
test.each([
  [0.3, 2.5, 7, 0.6412224629717214],
  [0.1, 0.5, 0.5, 0.20483276469913345],
  [0.000002, 3, 1_000_000, 0.3233246665001949],
  [0.01, 100_001, 9_900_000, 0.499158946281491],
  [0.0101, 100_001, 9_900_000, 0.999226392112717],
])('I_%d(%d, %d) is %d', (x, a, b, value) => {
  expect(incompleteBeta(x, a, b) / value).toBeCloseTo(1, 9);
});

property.prop([
  fc.integer({ min: 1, max: 60 }).chain((trials) => fc.tuple(fc.nat(trials - 1), fc.constant(trials))),
  fc.double({ min: 0.001, max: 0.999, noNaN: true }),
])('it is a binomial sum where its arguments are whole, and turned around it is the rest', ([events, trials], rate) => {
  const value = incompleteBeta(rate, events + 1, trials - events);
  expect(value).toBeCloseTo(1 - binomialUpTo(events, trials, rate), 11);
  expect(value + incompleteBeta(1 - rate, trials - events, events + 1)).toBeCloseTo(1, 11);
});

test('the gamma function is a factorial, and √π at a half', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n += 1) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 12);
    factorial *= n;
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
});

property.prop([fc.double({ min: 0.01, max: 1e7, noNaN: true }), fc.double({ min: 0.01, max: 1e7, noNaN: true })])(
  'B(a, b) = B(a + 1, b) + B(a, b + 1), small and large',
  (a, b) => {
    const parts = Math.exp(logBeta(a + 1, b) - logBeta(a, b)) + Math.exp(logBeta(a, b + 1) - logBeta(a, b));
    expect(parts).toBeCloseTo(1, 7);
    expect(logBeta(a, b)).toBe(logBeta(b, a));
  },
);

test.each([
  ['a cube', (x: number): number => x ** 3 - 2, 0, 2, Math.cbrt(2)],
  ['what is flat but for a step', (x: number): number => Math.tanh(50 * (x - 0.3)), -100, 100, 0.3],
  ['a jump', (x: number): number => (x < 0.123 ? -1 : 1), 0, 1, 0.123],
  ['the upper end', (x: number): number => x - 5, 0, 5, 5],
  ['the lower end', (x: number): number => x - 5, 5, 9, 5],
])('a root is found in %s', (_, rising, low, high, root) => {
  let evaluations = 0;
  const counted = (x: number): number => {
    evaluations += 1;
    return rising(x);
  };
  expect(rootOf(counted, low, high)).toBeCloseTo(root, 12);
  expect(evaluations).toBeLessThan(80);
});

test('where there is no root, none is made up', () => {
  expect(() => rootOf((x) => x + 10, 0, 1)).toThrow('no root lies between');
});
