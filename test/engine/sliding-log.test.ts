import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlidingLog } from '../../src/engine/sliding-log.ts';

/** Never-decreasing times, often equal, as a journal gives them. */
const times = fc.array(fc.nat(5), { maxLength: 60, size: 'max' }).map((gaps) => {
  let at = 1_000;
  return gaps.map((gap) => (at += gap));
});
const limit = fc.integer({ min: 1, max: 20 });
const windowMs = fc.integer({ min: 1, max: 40 });

describe('a sliding log answers like an array that forgets nothing', () => {
  test('full, count and fitsAt, after every event and at any later time', () => {
    fc.assert(
      fc.property(limit, windowMs, times, fc.nat(50), (limit, windowMs, times, laterMs) => {
        const log = new SlidingLog(limit);
        const all: number[] = [];
        for (const pushed of times) {
          log.push(pushed);
          all.push(pushed);
          for (const at of [pushed, pushed + laterMs]) {
            const within = all.filter((time) => time > at - windowMs);
            expect(log.full(at, windowMs)).toBe(within.length >= limit);
            expect(log.count(at, windowMs)).toBe(Math.min(limit, within.length));
            expect(log.fitsAt(at, windowMs)).toBe(
              within.length < limit ? at : (within.at(-limit) as number) + windowMs,
            );
          }
        }
        expect(log.times()).toEqual(all.slice(-limit));
      }),
      { numRuns: 500 },
    );
  });

  test('saved and restored at any moment, it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(limit, windowMs, times, times, (limit, windowMs, before, gaps) => {
        const log = SlidingLog.from(limit, before);
        const restored = SlidingLog.from(limit, log.times());
        for (const gap of gaps) {
          const at = gap + (before.at(-1) ?? 0);
          log.push(at);
          restored.push(at);
          expect(restored.full(at, windowMs)).toBe(log.full(at, windowMs));
        }
        expect(restored.times()).toEqual(log.times());
      }),
    );
  });

  test('the window is open at its start: an event exactly W ago has left', () => {
    const log = SlidingLog.from(1, [1_000]);
    expect(log.full(1_999, 1_000)).toBe(true);
    expect(log.full(2_000, 1_000)).toBe(false);
  });
});
