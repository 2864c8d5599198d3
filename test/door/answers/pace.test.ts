import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pace } from '../../../src/door/answers/pace.ts';
import type { AgentId } from '../../../src/engine/ids.ts';

const agent = 'looping' as AgentId;

test('in no window are more taken than the burst and what the rate adds in it (property)', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      arrivals,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      (gaps, perSecond, burst) => {
        const pace = new Pace(perSecond, burst);
        const taken: number[] = [];
        let at = 1_000_000;
        for (const gap of gaps) {
          at += gap;
          if (pace.takes(agent, at)) taken.push(at);
        }
        for (const [index, from] of taken.entries()) {
          const within = taken.slice(index);
          for (const [more, until] of within.entries()) {
            expect(more + 1).toBeLessThanOrEqual(burst + ((until - from) * perSecond) / 1_000 + 1e-6);
          }
        }
      },
    ),
  );
});

test('turns are given in order, evenly, and none is further away than the most', () => {
  const pace = new Pace(10, 2);
  const waits = Array.from({ length: 8 }, () => pace.waitMs(agent, 5_000, 450));
  expect(waits).toEqual([0, 0, 100, 200, 300, 400, 450, 450]);
});

test('one sender never waits for another', () => {
  const pace = new Pace(1, 1);
  for (let count = 0; count < 100; count += 1) pace.waitMs(null, 0, 60_000);
  expect(pace.waitMs(agent, 0, 60_000)).toBe(0);
  expect(pace.takes('other' as AgentId, 0)).toBe(true);
});

test('whoever pauses has its burst again', () => {
  const pace = new Pace(10, 5);
  for (let count = 0; count < 1_000; count += 1) pace.waitMs(agent, 0, 1_000);
  const later = 0 + 1_000 + 500;
  expect(Array.from({ length: 6 }, () => pace.waitMs(agent, later, 1_000))).toEqual([0, 0, 0, 0, 0, 100]);
});
