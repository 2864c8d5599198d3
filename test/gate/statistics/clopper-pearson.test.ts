import { describe, expect, test } from 'vitest';
import { clopperPearson, ruleOfThree } from '../../../src/gate/statistics/clopper-pearson.ts';
import { trialsNeeded } from '../../../src/gate/statistics/trials-needed.ts';
import { binomialUpTo } from './binomial.ts';

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
    expect(clopperPearson(trials, trials, confidence)).toEqual({ low: 1 - high, high: 1 });
  },
);

test('the rule of three is 3/n at 95 %, and never more than all', () => {
  expect(ruleOfThree(1_000, 0.95)).toBeCloseTo(0.003, 5);
  expect(ruleOfThree(2, 0.95)).toBe(1);
  expect(ruleOfThree(0, 0.95)).toBe(1);
});

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

const UP_TO = 60;

test(`at the upper bound as few events have probability α, for every count of up to ${UP_TO} trials; at the lower as many`, () => {
  for (let trials = 1; trials <= UP_TO; trials += 1) {
    for (let events = 0; events <= trials; events += 1) {
      const { low, high } = clopperPearson(events, trials, 0.95);
      if (events < trials) expect(binomialUpTo(events, trials, high)).toBeCloseTo(0.05, 9);
      if (events > 0) expect(1 - binomialUpTo(events - 1, trials, low)).toBeCloseTo(0.05, 9);
      expect(low).toBeLessThan(high);
    }
  }
});

test('every rate is below its upper bound in at least 95 of 100, counted out; in hardly more where the bound fits', () => {
  let least = 1;
  for (const trials of [7, 30, 60]) {
    const bounds = Array.from({ length: trials + 1 }, (_, events) => clopperPearson(events, trials, 0.95).high);
    for (let rate = 0.005; rate < 1; rate += 0.005) {
      const missed = bounds.filter((high) => high < rate).length - 1;
      const covered = missed < 0 ? 1 : 1 - binomialUpTo(missed, trials, rate);
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9);
      least = Math.min(least, covered);
    }
  }
  expect(least).toBeLessThan(0.952);
});

test('more events raise both bounds, more confidence and two sides widen them', () => {
  for (let events = 1; events <= 40; events += 1) {
    const [before, now] = [clopperPearson(events - 1, 40, 0.9), clopperPearson(events, 40, 0.9)];
    expect(now.low).toBeGreaterThan(before.low);
    expect(now.high).toBeGreaterThanOrEqual(before.high);
    expect(clopperPearson(events, 40, 0.99).low).toBeLessThan(now.low);
    expect(clopperPearson(events, 40, 0.9, 2).low).toBeCloseTo(clopperPearson(events, 40, 0.95).low, 12);
  }
});

test('what is no count and no confidence is no question', () => {
  expect(() => clopperPearson(3, 2, 0.95)).toThrow('no share');
  expect(() => clopperPearson(0.5, 2, 0.95)).toThrow('no count');
  expect(() => clopperPearson(1, 2, 95)).toThrow('between 0 and 1');
});

test('the sessions that a planned look needs: 299 clean ones for 1 % at 95 %, 473 with one event, by the binomial sum', () => {
  expect(trialsNeeded(0, 0.01, 0.95, 'planned')).toBe(299);
  for (const events of [0, 1, 2, 5]) {
    const needed = trialsNeeded(events, 0.01, 0.95, 'planned');
    expect(binomialUpTo(events, needed, 0.01)).toBeLessThan(0.05);
    expect(binomialUpTo(events, needed - 1, 0.01)).toBeGreaterThanOrEqual(0.05);
    expect(clopperPearson(events, needed, 0.95).high).toBeLessThan(0.01);
  }
});
