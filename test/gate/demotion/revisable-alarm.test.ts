import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JUDGED_SESSIONS_KEPT } from '../../../src/gate/demotion/bounds.ts';
import { RevisableAlarm } from '../../../src/gate/demotion/revisable-alarm.ts';
import { RateAlarm } from '../../../src/gate/statistics/rate-alarm.ts';

test('a trial that turned out otherwise counts as if it had been so from the first', () => {
  const trials = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.nat(200), fc.constantFrom(0, 1)), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(trials, (steps) => {
      const alarm = new RevisableAlarm(0.05);
      const values: number[] = [];
      for (const [value, which, other] of steps) {
        expect(alarm.add(value)).toBe(values.push(value) - 1);
        const trial = which % (2 * values.length);
        alarm.revise(trial, other);
        if (trial < values.length) values[trial] = other;
      }
      const plain = new RateAlarm(0.05);
      for (const value of values) plain.hear(value);
      expect(alarm.evidence).toBeCloseTo(plain.evidence, 9);
      expect([alarm.trials, alarm.sum]).toEqual([values.length, values.reduce((sum, value) => sum + value, 0)]);
    }),
  );
});

test('what is long settled stays as it was, and memory bounded', () => {
  const alarm = new RevisableAlarm(0.05);
  const plain = new RateAlarm(0.05);
  const count = 2 * JUDGED_SESSIONS_KEPT + 1;
  for (let trial = 0; trial < count; trial += 1) {
    alarm.add(0);
    plain.hear(false);
  }
  alarm.revise(0, 1);
  expect([alarm.trials, alarm.sum]).toEqual([count, 0]);
  expect(alarm.evidence).toBe(plain.evidence);
  alarm.revise(count - 1, 1);
  expect(alarm.sum).toBe(1);
});
