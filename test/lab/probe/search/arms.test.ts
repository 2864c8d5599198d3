import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RouteId } from '../../../../src/engine/ids.ts';
import { type Arm, Arms } from '../../../../src/lab/probe/search/arms.ts';

const arm = (adversary: number): Arm => ({ adversary, moves: fc.constant({ run: () => undefined }) });
/** Two adversaries, the second with two moves. */
const three = (): Arms => new Arms([arm(0), arm(1), arm(1)]);
const refund = 'create_refund' as RouteId;

describe('the weights of moves', () => {
  test('are alike for adversaries that have brought nothing, however many moves they have', () => {
    expect(three().weights(1, 0, [])).toEqual([1_000, 500, 500]);
  });

  test('grow with what a move brought of late, fade, and never fall below the floor', () => {
    const arms = three();
    arms.reward(2, 5);
    const first = arms.weights(1, 0, []);
    expect(first[2]).toBeGreaterThan(first[0]! * 4);
    arms.reward(0, 5);
    const second = arms.weights(1, 2, []);
    expect(second[0]).toBeGreaterThan(second[2]!);
    for (let batch = 4; batch < 200; batch += 2)
      expect(Math.min(...arms.weights(1, batch, []))).toBeGreaterThanOrEqual(500);
  });

  test('grow for a move that calls the routes of what is not reached yet', () => {
    const arms = three();
    arms.calls(1, refund);
    const [, calling = 0, other = 0] = arms.weights(1, 0, [new Set([refund])]);
    expect(calling).toBeGreaterThan(other);
    const [, done, same] = arms.weights(1, 2, []);
    expect(done).toBe(same);
  });

  test('leave adversaries out of every other batch, by the seed, and never all of them', () => {
    const present = (seed: number, batch: number): string =>
      three()
        .weights(seed, batch, [])
        .map((weight) => (weight > 0 ? 'x' : '-'))
        .join('');
    const seen = Array.from({ length: 200 }, (_, batch) => present(9, batch));
    expect(new Set(seen)).toEqual(new Set(['xxx', 'x--', '-xx']));
    expect(seen.filter((_, batch) => batch % 2 === 0).every((one) => one === 'xxx')).toBe(true);
    expect(Array.from({ length: 200 }, (_, batch) => present(9, batch))).toEqual(seen);
    expect(Array.from({ length: 200 }, (_, batch) => present(10, batch))).not.toEqual(seen);
  });
});
