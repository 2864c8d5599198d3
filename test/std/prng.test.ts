import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Prng, prng } from '../../src/std/prng.ts';

const WORD = 2n ** 32n;
const low = (value: bigint): bigint => ((value % WORD) + WORD) % WORD;

/** mulberry32 with exact integers, where every step is cut to 32 bits by hand. */
function* exact(seed: number): Generator<number, never> {
  let state = BigInt(seed);
  for (;;) {
    state = low(state + 0x6d2b79f5n);
    let mixed = low((state ^ (state >> 15n)) * (state | 1n));
    mixed ^= low(mixed + low((mixed ^ (mixed >> 7n)) * (mixed | 61n)));
    yield Number(low(mixed ^ (mixed >> 14n))) / 2 ** 32;
  }
}

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('prng', () => {
  test('gives the known stream: worlds and scenarios written down years ago stay the same', () => {
    const [zero, one] = [prng(0), prng(1)];
    expect(take(4, () => zero.next())).toEqual([
      0.26642920868471265, 0.0003297457005828619, 0.2232720274478197, 0.1462021479383111,
    ]);
    expect(take(3, () => one.next())).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  test('equals mulberry32 computed with exact integers, for any seed', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (seed) => {
        const [given, expected] = [prng(seed), exact(seed)];
        expect(take(50, () => given.next())).toEqual(take(50, () => expected.next().value));
      }),
    );
  });

  test('below(n) is a whole number in [0, n) and reaches both ends', () => {
    const dice = prng(7);
    const drawn = take(1_000, () => dice.below(6));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  test('two streams of one seed are the same and do not disturb each other', () => {
    const [one, two] = [prng(42), prng(42)];
    for (const drawn of take(5, () => one.next())) expect(two.next()).toBe(drawn);
  });

  test('forks: both go on with the same numbers, and neither moves the other', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(20), fc.nat(20), (seed, before, apart) => {
        const draw = (stream: Prng, count: number): number[] => Array.from({ length: count }, () => stream.next());
        const [origin, alone] = [prng(seed), prng(seed)];
        expect(draw(origin, before)).toEqual(draw(alone, before));
        const forked = origin.fork();
        draw(forked, apart);
        const expected = draw(alone, 10);
        expect(draw(origin.fork(), 10)).toEqual(expected);
        expect(draw(origin, 10)).toEqual(expected);
      }),
    );
  });
});
