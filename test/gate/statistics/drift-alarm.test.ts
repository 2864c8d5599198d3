import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { meanBounds } from '../../../src/gate/statistics/bounded-mean.ts';
import { DriftAlarm, type Mix } from '../../../src/gate/statistics/drift-alarm.ts';
import { prng } from '../../../src/std/prng.ts';
import { sequences } from './binomial.ts';

/** Sessions of four calls: two reads, and two that refund with this probability or list otherwise. */
function sessions(count: number, seed: number, refunds: number, more: Mix = {}): Mix[] {
  const random = prng(seed);
  return Array.from({ length: count }, () => {
    const refunded = [0, 0].filter(() => random.next() < refunds).length;
    return { 'read allow': 2, 'refund allow': refunded, 'list allow': 2 - refunded, ...more };
  });
}

function heard(alarm: DriftAlarm, mixes: readonly Mix[]): DriftAlarm {
  for (const mix of mixes) alarm.hear(mix);
  return alarm;
}

test('an agent that stays as it was is not called drifting', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const alarm = heard(new DriftAlarm(sessions(200, seed, 0.4), 0.95, 1), sessions(200, 1_000 + seed, 0.4));
    expect(alarm.crossed, `seed ${seed}`).toBe(false);
    expect(alarm.movements).toEqual([]);
  }
});

test('what moved is named, with where it was and in which direction', () => {
  const baseline = sessions(400, 1, 0.2);
  const alarm = heard(new DriftAlarm(baseline, 0.999, 1), sessions(120, 2, 0.8));
  expect(alarm.crossed).toBe(true);
  expect(alarm.sessions).toBe(120);
  const moved = Object.fromEntries(alarm.movements.map((one) => [`${one.category}, ${one.direction}`, one]));
  expect(Object.keys(moved).toSorted()).toEqual(['list allow, less', 'refund allow, more']);
  const { low, high, share, evidence } = moved['refund allow, more'] as (typeof moved)[string];
  // A tenth of all calls, and then four tenths.
  expect(low).toBeLessThan(0.1);
  expect(high).toBeGreaterThan(0.1);
  expect(high).toBeLessThan(0.2);
  expect(share).toBeCloseTo(0.4, 1);
  // Half of the error, in eight parts: two bounds of each of three kinds, and of all others.
  const shares = baseline.map((mix) => (mix['refund allow'] ?? 0) / 4);
  expect({ low, high }).toEqual(meanBounds(shares, 1 - 0.0005 / 8));
  expect(evidence).toBeGreaterThan(2_000);
});

test('something that was never done before is noticed within few sessions', () => {
  const alarm = new DriftAlarm(sessions(400, 1, 0.2), 0.999);
  heard(alarm, sessions(30, 2, 0.2, { 'delete allow': 1 }));
  expect(alarm.crossed).toBe(true);
  expect(alarm.movements[0]).toMatchObject({ category: 'others', direction: 'more' });
});

test('a thin baseline allows everything, and none allows all', () => {
  for (const baseline of [[], sessions(3, 1, 0.2)]) {
    const alarm = heard(new DriftAlarm(baseline, 0.95), sessions(500, 2, 1, { 'delete allow': 9 }));
    expect(alarm.crossed).toBe(false);
    expect(alarm.evidence).toBeLessThan(40);
  }
});

test('what moves within the tolerance is no drift, however sure one is of it', () => {
  const baseline = sessions(3_000, 1, 0.4);
  // Refunds are a fifth of the calls, and then 24 %: odds 1.26 times as high.
  const later = sessions(4_000, 2, 0.48);
  expect(heard(new DriftAlarm(baseline, 0.999), later).crossed).toBe(false);
  expect(heard(new DriftAlarm(baseline, 0.999, 1), later).crossed).toBe(true);
});

test('sessions without a call say nothing, and a hundred calls of one session no more than ten', () => {
  const baseline = sessions(200, 1, 0.4);
  const silent = heard(new DriftAlarm([...baseline, {}], 0.95), [{}, { 'read allow': 0 }]);
  expect(silent).toMatchObject({ sessions: 0, evidence: 1, crossed: false });
  const evidence = (calls: number): number => {
    return heard(new DriftAlarm(baseline, 0.95), [{ 'refund allow': calls }]).evidence;
  };
  expect(evidence(100)).toBe(evidence(10));
});

test('of a hundred kinds the rare ones are watched together', () => {
  const baseline = Array.from({ length: 500 }, (_, session) =>
    Object.fromEntries(
      Array.from({ length: 100 }, (_unused, kind) => [`kind ${kind}`, kind < 10 || session === kind ? 1 : 0]),
    ),
  );
  const alarm = heard(
    new DriftAlarm(baseline, 0.999),
    Array.from({ length: 100 }, () => ({ 'kind 70': 1, 'kind 80': 1 })),
  );
  expect(alarm.crossed).toBe(true);
  expect(alarm.movements.some(({ category, direction }) => category === 'others' && direction === 'more')).toBe(true);
});

describe('the bounds of a mean', () => {
  test.each([0.1, 0.3, 0.5, 0.9])('over all courses of 12 trials at %d, each is wrong in at most 10 of 100', (rate) => {
    let [above, below] = [0, 0];
    for (const { events, probability } of sequences(12, rate)) {
      const { low, high } = meanBounds(events.map(Number), 0.9);
      if (high < rate) above += probability;
      if (low > rate) below += probability;
    }
    expect(above).toBeLessThanOrEqual(0.1);
    expect(below).toBeLessThanOrEqual(0.1);
    expect(above + below).toBeGreaterThan(0);
  });

  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 });
  property.prop([shares, fc.constantFrom(0.8, 0.99)])(
    'are a bound’s mirror, and lie within 0 and 1',
    (values, confidence) => {
      const { low, high } = meanBounds(values, confidence);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThan(high);
      const mirrored = meanBounds(
        values.map((value) => 1 - value),
        confidence,
      );
      expect(mirrored.low).toBeCloseTo(1 - high, 9);
    },
  );

  test('are narrower where values vary less, and say nothing of nothing', () => {
    const even = meanBounds(
      Array.from({ length: 300 }, (_, index) => 0.45 + 0.1 * (index % 2)),
      0.99,
    );
    const uneven = meanBounds(
      Array.from({ length: 300 }, (_, index) => index % 2),
      0.99,
    );
    expect(even.high - even.low).toBeLessThan((uneven.high - uneven.low) / 2);
    expect(meanBounds([], 0.99)).toEqual({ low: 0, high: 1 });
    expect(() => meanBounds([1.2], 0.99)).toThrow('between 0 and 1');
  });
});
