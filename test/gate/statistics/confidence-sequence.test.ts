import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { passProbability } from '../../../gate/exact.ts';
import { neededBy } from '../../../gate/rules.ts';
import { clopperPearson } from '../../../src/gate/statistics/clopper-pearson.ts';
import { logEvidenceBelow, sequenceBound } from '../../../src/gate/statistics/confidence-sequence.ts';
import { trialsNeeded } from '../../../src/gate/statistics/trials-needed.ts';

/** ∫ ω^events (1 − rate (1 − ω))^−trials ½ ω^−½ dω, over v = √ω by Simpson's rule. */
function mixtureByQuadrature(events: number, trials: number, rate: number): number {
  const at = (v: number): number => v ** (2 * events) * (1 - rate * (1 - v * v)) ** -trials;
  const steps = 4_000;
  let sum = at(0) + at(1);
  for (let step = 1; step < steps; step += 1) sum += at(step / steps) * (step % 2 === 1 ? 4 : 2);
  return sum / (3 * steps);
}

test.each([
  [0, 1, 0.01],
  [0, 378, 0.01],
  [3, 1_000, 0.01],
  [40, 3_000, 0.02],
  [1, 2, 0.5],
  [9, 10, 0.97],
])('%i events in %i trials against %d: the evidence is the mixture, integrated', (events, trials, rate) => {
  expect(Math.exp(logEvidenceBelow(events, trials, rate)) / mixtureByQuadrature(events, trials, rate)).toBeCloseTo(
    1,
    8,
  );
});

const history = fc
  .integer({ min: 2, max: 10_000_000 })
  .chain((trials) => fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(trials)))
  .map(([part, trials]): [number, number] => [Math.floor(part ** 4 * (trials - 1)), trials]);

property.prop([history, fc.double({ min: -7, max: 3, noNaN: true })])(
  'it is a martingale at the rate in question: what the next trial is expected to make of it is what it is, up to 10⁷ trials',
  ([events, trials], logOdds) => {
    const rate = 1 / (1 + Math.exp(-logOdds));
    const now = logEvidenceBelow(events, trials, rate);
    const withEvent = Math.exp(logEvidenceBelow(events + 1, trials + 1, rate) - now);
    const without = Math.exp(logEvidenceBelow(events, trials + 1, rate) - now);
    // Logarithms of 10⁷ trials leave six digits where events are far more frequent than the rate, and nobody asks.
    expect(rate * withEvent + (1 - rate) * without).toBeCloseTo(1, 5);
    // And where the rate is higher, it is expected to fall.
    expect(withEvent).toBeLessThan(without + 1e-5);
  },
);

property.prop([history, fc.constantFrom(0.8, 0.95, 0.999)])(
  'the bounds hold the share, lie outside those of one look, and are each other’s mirror',
  ([events, trials], confidence) => {
    const { low, high } = sequenceBound(events, trials, confidence);
    const once = clopperPearson(events, trials, confidence);
    expect(high).toBeGreaterThan(once.high);
    expect(low).toBeLessThanOrEqual(once.low);
    expect(low).toBeLessThanOrEqual(events / trials);
    const mirrored = sequenceBound(trials - events, trials, confidence);
    expect(mirrored.low).toBeCloseTo(1 - high, 12);
    expect(mirrored.high).toBeCloseTo(1 - low, 12);
    // At the bound there is exactly as much evidence as the confidence asks for.
    if (high < 0.999_999) expect(logEvidenceBelow(events, trials, high)).toBeCloseTo(-Math.log(1 - confidence), 5);
  },
);

test('nothing known is no bound, and events alone bound nothing from above', () => {
  expect(sequenceBound(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
  expect(sequenceBound(20, 20, 0.95).high).toBe(1);
});

test('an event more raises the bounds, a clean trial more lowers them', () => {
  for (let events = 0; events < 30; events += 1) {
    const [before, more, longer] = [
      sequenceBound(events, 100, 0.95),
      sequenceBound(events + 1, 100, 0.95),
      sequenceBound(events, 101, 0.95),
    ];
    expect(more.high).toBeGreaterThan(before.high);
    expect(more.low).toBeGreaterThan(before.low);
    expect(longer.high).toBeLessThan(before.high);
    expect(longer.low).toBeLessThanOrEqual(before.low);
  }
});

test('ten million trials are bounded to their last digits that count, near the normal bound', () => {
  const { low, high } = sequenceBound(100_000, 10_000_000, 0.95);
  const deviation = Math.sqrt((0.01 * 0.99) / 10_000_000);
  for (const bound of [0.01 - low, high - 0.01]) {
    expect(bound / deviation).toBeGreaterThan(3.5);
    expect(bound / deviation).toBeLessThan(5);
  }
});

describe('counted out over all courses of 4,000 sessions', () => {
  test.each([0.005, 0.01, 0.1, 0.5])(
    'a rate of exactly %d is ever taken for less in at most 5 of 100, and the fixed bound is wrong several times as often',
    (rate) => {
      const wrong = passProbability(neededBy(rate, 0.95, 'continuous'), rate, 4_000);
      const fixed = passProbability(neededBy(rate, 0.95, 'planned'), rate, 4_000);
      expect(wrong).toBeLessThan(0.05);
      expect(wrong).toBeGreaterThan(0.01);
      expect(fixed).toBeGreaterThan(4 * wrong);
    },
  );
});

test('the sessions needed are the first at which the bound is below the rate', () => {
  expect(trialsNeeded(0, 0.01, 0.95, 'continuous')).toBe(378);
  for (const [events, rate] of [
    [0, 0.01],
    [1, 0.01],
    [7, 0.03],
    [0, 0.5],
    [2, 0.9],
  ] as const) {
    const needed = trialsNeeded(events, rate, 0.95, 'continuous');
    expect(sequenceBound(events, needed, 0.95).high).toBeLessThan(rate);
    expect(sequenceBound(events, needed - 1, 0.95).high).toBeGreaterThanOrEqual(rate);
  }
  expect(trialsNeeded(0, 1e-13, 0.95, 'continuous')).toBe(Infinity);
});
