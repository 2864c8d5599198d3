import { assert } from '../../std/assert.ts';

/** A double has as many digits as halving finds in this many steps. */
const STEPS_MAX = 200;

/**
 * Where an increasing function crosses zero, to the last digits: false position, which halves the weight of an end that stays
 * (Dowell & Jarratt, "A modified regula falsi method", BIT 11, 1971, the Illinois rule), and bisection where that is slow.
 *
 * @param low where it is at most 0
 * @param high where it is at least 0
 */
export function rootOf(rising: (at: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [atA, atB] = [rising(a), rising(b)];
  assert(atA <= 0 && atB >= 0, `no root lies between ${low} (${atA}) and ${high} (${atB})`);
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const width = b - a;
    const guess = step % 3 === 2 || !Number.isFinite(atA + atB) ? a + width / 2 : a + (width * -atA) / (atB - atA);
    if (!(guess > a && guess < b) || width <= Math.abs(guess) * 1e-15)
      return guess > a && guess < b ? guess : a + width / 2;
    const at = rising(guess);
    if (at === 0) return guess;
    if (at < 0) [a, atA, atB] = [guess, at, atB / 2];
    else [b, atB, atA] = [guess, at, atA / 2];
  }
  return a + (b - a) / 2;
}
