import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { BETS } from '../../../src/gate/statistics/bets.ts';
import { RateAlarm } from '../../../src/gate/statistics/rate-alarm.ts';
import { sequences } from './binomial.ts';

function heard(limit: number, trials: readonly (boolean | number)[]): RateAlarm {
  const alarm = new RateAlarm(limit);
  for (const one of trials) alarm.hear(one);
  return alarm;
}

/** What is left of a stake that pays out over time, when so many trials are over. */
const kept = (trials: number): number => 0.5 / (1 + Math.log(1 + trials));

/** Every bet from every start, one by one: how much more probable it makes what came after. */
function byHand(limit: number, trials: readonly number[]): number {
  let evidence = kept(trials.length);
  for (let start = 0; start <= trials.length; start += 1) {
    const stake = start === 0 ? 0.5 : kept(start - 1) - kept(start);
    for (const { odds, weight } of BETS) {
      const ratio = (share: number): number => (1 - share + share * odds) / (1 - limit + limit * odds);
      evidence += stake * weight * trials.slice(start).reduce((product, share) => product * ratio(share), 1);
    }
  }
  return evidence;
}

property.prop([
  fc.constantFrom(0.01, 0.1, 0.6),
  fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 }),
])('the evidence is what all bets from all starts have come to', (limit, trials) => {
  expect(heard(limit, trials).evidence / byHand(limit, trials)).toBeCloseTo(1, 10);
});

test('the bets are one stake, and each says more than the one before', () => {
  expect(BETS.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(BETS.every(({ odds }, index) => odds > (BETS[index - 1]?.odds ?? 1))).toBe(true);
});

describe('over all courses of 12 trials', () => {
  test.each([0.02, 0.1, 0.5])('at a rate of exactly %d the evidence is 1 on average, below it less', (limit) => {
    const mean = (rate: number): number => {
      let sum = 0;
      for (const { events, probability } of sequences(12, rate)) sum += probability * heard(limit, events).evidence;
      return sum;
    };
    expect(mean(limit)).toBeCloseTo(1, 10);
    expect(mean(limit / 2)).toBeLessThan(1);
    expect(mean(1.5 * limit)).toBeGreaterThan(1);
  });

  test.each([0.5, 0.8, 0.95])('and it ever crosses %d with no more probability than that leaves', (confidence) => {
    for (const limit of [0.02, 0.1, 0.5]) {
      let crossed = 0;
      for (const { events, probability } of sequences(12, limit)) {
        if (heard(limit, events).crossed(confidence)) crossed += probability;
      }
      expect(crossed).toBeLessThanOrEqual(1 - confidence);
      // One event at the start is improbable enough for something.
      if (confidence === 0.5) expect(crossed).toBeGreaterThan(0);
    }
  });
});

test('nothing heard is no evidence, and a good history is none either', () => {
  expect(new RateAlarm(0.01).evidence).toBe(1);
  const good = heard(
    0.01,
    Array.from({ length: 10_000 }, () => false),
  );
  expect(good.evidence).toBeLessThan(1);
  // What is left to bet with is not lost, however long it was good.
  expect(good.evidence).toBeGreaterThan(0.04);
  expect(good.trials).toBe(10_000);
});

test('a long good history does not hide what comes after it', () => {
  const sessionsTo = (history: number): number => {
    const alarm = heard(
      0.01,
      Array.from({ length: history }, () => false),
    );
    let sessions = 0;
    while (!alarm.crossed(0.999)) {
      alarm.hear(sessions % 10 === 9);
      sessions += 1;
    }
    return sessions;
  };
  expect(sessionsTo(0)).toBeLessThanOrEqual(80);
  expect(sessionsTo(10_000)).toBeLessThanOrEqual(160);
});

test('what was crossed stays crossed, and what is certain stays a number', () => {
  const alarm = heard(
    0.01,
    Array.from({ length: 2_000 }, () => true),
  );
  expect(Number.isFinite(alarm.evidence)).toBe(true);
  expect(alarm.crossed(0.999_999)).toBe(true);
  const most = alarm.evidence;
  for (let session = 0; session < 100_000; session += 1) alarm.hear(false);
  expect(alarm.evidence).toBeLessThan(most / 1e20);
  expect(alarm.crossed(0.999_999)).toBe(true);
});

test('a session whose calls failed in part counts for that part', () => {
  const halves = heard(
    0.1,
    Array.from({ length: 40 }, () => 0.5),
  );
  const mixed = heard(
    0.1,
    Array.from({ length: 40 }, (_, index) => index % 2 === 0),
  );
  // As high on average, and less uncertain.
  expect(halves.evidence).toBeGreaterThan(mixed.evidence);
  expect(() => heard(0.1, [1.5])).toThrow('0 to 1');
  expect(() => new RateAlarm(1)).toThrow('between 0 and 1');
});
