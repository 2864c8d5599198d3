import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, RatioWindow } from '../../src/engine/ratio-window.ts';
import { inBuckets } from '../model/buckets.ts';

describe('a ratio window', () => {
  it('counts what a list of all outcomes has in the last buckets, at any later time, restarts included', () => {
    const steps = fc.array(fc.record({ laterMs: fc.nat(40), bad: fc.boolean(), cut: fc.boolean() }), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), steps, fc.nat(600), (withinMs, outcomes, thenMs) => {
        let window = new RatioWindow(withinMs);
        const all: { at: number; bad: boolean }[] = [];
        let at = 10_000;
        const agrees = (now: number): void => {
          const live = all.filter((one) => inBuckets(one.at, now, withinMs));
          expect(window.count(now)).toEqual({ total: live.length, bad: live.filter(({ bad }) => bad).length });
        };
        for (const { laterMs, bad, cut } of outcomes) {
          at += laterMs;
          agrees(at);
          window.add(at, bad);
          all.push({ at, bad });
          if (cut) {
            const saved = window.save();
            window = new RatioWindow(withinMs);
            window.load(saved);
          }
        }
        agrees(at + thenMs);
      }),
    );
  });

  it('never counts what has left the window, and keeps all of it but at most its oldest two buckets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 10_000_000 }), (withinMs) => {
        const { widthMs, buckets } = bucketsOf(withinMs);
        expect(widthMs * buckets).toBeLessThanOrEqual(withinMs);
        expect(widthMs * (buckets - 1)).toBeGreaterThanOrEqual(withinMs - 2 * widthMs);
        expect(buckets).toBeLessThanOrEqual(60);
      }),
    );
  });
});
