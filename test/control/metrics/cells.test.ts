import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counter, Distribution, Histogram, OTHER } from '../../../src/control/metrics/cells.ts';

const names = { name: 'n', help: 'h', labels: ['a', 'b', 'c'] } as const;

test('whatever its labels say, a counter has at most its series and one more, and loses nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string()), { maxLength: 60 }), (sets) => {
      const counter = new Counter(names, 7);
      for (const [a, b, c] of sets) counter.of(a, b, c).value += 1;
      const family = counter.family();
      const samples = family.kind === 'histogram' ? [] : family.samples;
      const total = samples.reduce((sum, { value }) => sum + value, 0);
      expect(total).toBe(sets.length);
      expect(samples.length).toBeLessThanOrEqual(8);
      const distinct = new Set(sets.map((set) => JSON.stringify(set))).size;
      if (distinct > 7) expect(samples.at(-1)?.labels).toEqual({ a: OTHER, b: OTHER, c: OTHER });
      else expect(samples).toHaveLength(distinct);
    }),
  );
});

test('a cell is the same at every look', () => {
  const counter = new Counter(names);
  expect(counter.of('x', 'y', 'z')).toBe(counter.of('x', 'y', 'z'));
  expect(counter.of('x', 'y', 'z')).not.toBe(counter.of('x', 'y'));
});

test('a histogram is bounded as well', () => {
  const histogram = new Histogram({ name: 'n', help: 'h', labels: ['a', 'b'], bounds: [1] }, 3);
  for (let index = 0; index < 50; index += 1) histogram.of(String(index), 'b').observe(index);
  const { samples } = histogram.family();
  expect(samples).toHaveLength(4);
  expect(samples.at(-1)).toMatchObject({ labels: { a: OTHER, b: OTHER }, count: 47 });
});

test('each value lies in the first bucket that is not below it', () => {
  const bounds = [0.1, 1, 10];
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), (values) => {
      const distribution = new Distribution(bounds);
      for (const value of values) distribution.observe(value);
      const { counts, count, sum } = distribution.sample({});
      const within = (low: number, high: number): number => values.filter((v) => v > low && v <= high).length;
      expect(counts).toEqual([within(-1, 0.1), within(0.1, 1), within(1, 10), within(10, Infinity)]);
      expect(count).toBe(values.length);
      expect(sum).toBeCloseTo(values.reduce((a, b) => a + b, 0));
    }),
  );
});
