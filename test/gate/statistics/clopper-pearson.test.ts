import { describe, expect, test } from 'vitest';
import { clopperPearson, ruleOfThree } from '../../../src/gate/statistics/clopper-pearson.ts';

test.each([
  [299, 0.95],
  [1, 0.95],
  [1_000, 0.999],
  [10_000_000, 0.9],
])(
  'nothing in %i trials: 1 − α^(1/n) at confidence %d, and a little more by the rule of three',
  (trials, confidence) => {
    const { low, high } = clopperPearson(0, trials, confidence);
    const exact = -Math.expm1(Math.log(1 - confidence) / trials);
    expect(low).toBe(0);
    expect(high / exact).toBeCloseTo(1, 12);
    expect(ruleOfThree(trials, confidence)).toBeGreaterThan(high);
  },
);

describe('the two-sided interval at 95 %, as R’s binom.test prints it', () => {
  test.each([
    [1, 20, 0.001265089, 0.2487328],
    [5, 10, 0.187086, 0.812914],
    [682, 925, 0.7076683, 0.7654066],
  ])('%i of %i: %d to %d', (events, trials, low, high) => {
    const interval = clopperPearson(events, trials, 0.95, 2);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });
});
