import { expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { passHat } from '../../../src/gate/statistics/consistency.ts';
import { designEffect } from '../../../src/gate/statistics/design-effect.ts';
import { choose, sequences } from './binomial.ts';

test('three of four runs clean: two of them are both clean in C(3,2) of C(4,2) draws', () => {
  expect(passHat(1, [{ runs: 4, clean: 3 }])).toEqual({ share: 0.75, tasks: 1 });
  expect(passHat(2, [{ runs: 4, clean: 3 }])).toEqual({ share: 0.5, tasks: 1 });
  expect(passHat(4, [{ runs: 4, clean: 3 }])).toEqual({ share: 0, tasks: 1 });
});

test('tasks that ran too seldom say nothing, and without any there is no share', () => {
  const tasks = [
    { runs: 8, clean: 8 },
    { runs: 2, clean: 0 },
  ];
  expect(passHat(3, tasks)).toEqual({ share: 1, tasks: 1 });
  expect(passHat(9, tasks)).toEqual({ share: null, tasks: 0 });
  expect(passHat(1, [])).toEqual({ share: null, tasks: 0 });
});

const task = fc.integer({ min: 1, max: 40 }).chain((runs) =>
  fc.record({
    runs: fc.constant(runs),
    clean: fc.integer({ min: 0, max: runs }),
    k: fc.integer({ min: 1, max: runs }),
  }),
);

property.prop([task])('it is C(clean, k) / C(runs, k), and falls with k', ({ runs, clean, k }) => {
  const { share } = passHat(k, [{ runs, clean }]) as { share: number };
  const ways = clean < k ? 0 : choose(clean, k) / choose(runs, k);
  expect(share).toBeCloseTo(ways, 12);
  if (k > 1) expect(share).toBeLessThanOrEqual((passHat(k - 1, [{ runs, clean }]) as { share: number }).share);
});

test('it is unbiased: over all courses of ten runs, on average the rate to the power of k', () => {
  for (const rate of [0.5, 0.9]) {
    for (const k of [1, 3, 8]) {
      let mean = 0;
      for (const { events, probability } of sequences(10, rate)) {
        const clean = events.filter(Boolean).length;
        mean += probability * (passHat(k, [{ runs: 10, clean }]).share as number);
      }
      expect(mean).toBeCloseTo(rate ** k, 12);
    }
  }
});

test('chances that stand or fall together are worth one, those that do not are worth themselves', () => {
  const sessions = (events: (index: number) => number): { events: number; total: number }[] =>
    Array.from({ length: 200 }, (_, index) => ({ events: events(index), total: 10 }));
  const together = designEffect(sessions((index) => (index % 4 === 0 ? 10 : 0)));
  expect(together.effect).toBeGreaterThan(9.5);
  expect(together.effect).toBeLessThan(10.5);
  expect(together.trials * together.effect).toBeCloseTo(2_000, 6);
  expect(designEffect(sessions((index) => 2 + (index % 2)))).toEqual({ effect: 1, trials: 2_000 });
  expect(designEffect(sessions(() => 0))).toEqual({ effect: 10, trials: 200 });
  expect(designEffect([{ events: 0, total: 0 }])).toEqual({ effect: 1, trials: 0 });
});
