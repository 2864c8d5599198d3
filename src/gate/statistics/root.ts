import { assert } from '../../std/assert.ts';

/** Halving alone finds all digits of a double in fewer. */
const STEPS_MAX = 200;
const PRECISION = 2e-15;

/**
 * Where a rising function crosses zero: inverse quadratic interpolation where the last three points allow it, bisection where they
 * do not (Chandrupatla, Advances in Engineering Software 28, 1997).
 *
 * @param low where it is at most 0
 * @param high where it is at least 0
 */
export function rootOf(rising: (at: number) => number, low: number, high: number): number {
  // `a` is the newest point, `b` the other end, `c` the one before
  let [a, b] = [low, high];
  let [atA, atB] = [rising(a), rising(b)];
  assert(atA <= 0 && atB >= 0, `no root lies between ${low} (${atA}) and ${high} (${atB})`);
  let part = 0.5;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const at = a + part * (b - a);
    const value = rising(at);
    const [c, atC] = Math.sign(value) === Math.sign(atA) ? [a, atA] : [b, atB];
    if (c === b) [b, atB] = [a, atA];
    [a, atA] = [at, value];
    const [best, atBest] = Math.abs(atA) < Math.abs(atB) ? [a, atA] : [b, atB];
    const least = (PRECISION * Math.abs(best)) / Math.abs(b - a);
    if (least > 0.5 || atBest === 0) return best;
    const across = (a - b) / (c - b);
    const along = (atA - atB) / (atC - atB);
    const isSmooth = along ** 2 < across && (1 - along) ** 2 < 1 - across;
    const towards = isSmooth
      ? (atA / (atB - atA)) * (atC / (atB - atC)) + (((c - a) / (b - a)) * (atA / (atC - atA)) * atB) / (atC - atB)
      : 0.5;
    part = Math.min(1 - least, Math.max(least, towards));
  }
  return a;
}
