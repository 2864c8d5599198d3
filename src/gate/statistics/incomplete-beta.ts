import { assert } from '../../std/assert.ts';
import { logBeta } from './log-beta.ts';

/** Several times as many as 10⁹ trials take. */
const STEPS_MAX = 200_000;
const PRECISION = 1e-15;
/** In place of a zero that would be divided by. */
const TINY = 1e-300;

/**
 * The regularised incomplete beta function I_x(a, b): how probable it is that a share with the distribution Beta(a, b) is at most
 * `x`. By its continued fraction (Abramowitz & Stegun 26.5.8), evaluated after Lentz (Press et al., Numerical Recipes, 3rd ed.
 * 2007, §6.4): about √(a + b) steps.
 *
 * @param a and `b` above 0
 * @param y 1 − `x`, where that is known to more digits than `x` leaves of it
 */
export function incompleteBeta(x: number, a: number, b: number, y = 1 - x): number {
  return Math.exp(logIncompleteBeta(x, a, b, y));
}

/** Its natural logarithm, where it may be less than a double can hold. */
export function logIncompleteBeta(x: number, a: number, b: number, y = 1 - x): number {
  assert(a > 0 && b > 0, `the incomplete beta function of ${a} and ${b} is none`);
  if (x <= 0) return -Infinity;
  if (y <= 0) return 0;
  const front = logDensity(x, y, a, b);
  const isLow = x <= (a + 1) / (a + b + 2);
  return isLow ? front + Math.log(fraction(x, a, b) / a) : Math.log1p((-Math.exp(front) * fraction(y, b, a)) / b);
}

/**
 * ln of xᵃ yᵇ / B(a, b). By how far `x` lies from a / (a + b), as Loader does for the binomial ("Fast and Accurate Computation of
 * Binomial Probabilities", 2000): powers of 10⁷ would cancel and leave few digits.
 */
function logDensity(x: number, y: number, a: number, b: number): number {
  const centre = a / (a + b);
  const rest = b / (a + b);
  // Of the two distances the one that was not rounded: both are the same, but for their sign.
  const away = x < y ? x - centre : rest - y;
  const peak = a * Math.log(centre) + b * Math.log(rest) - logBeta(a, b);
  return peak + a * Math.log1p(away / centre) + b * Math.log1p(-away / rest);
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away0(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let step = 1; step < STEPS_MAX; step += 1) {
    const twice = 2 * step;
    const even = (step * (b - step) * x) / ((a + twice - 1) * (a + twice));
    d = 1 / away0(1 + even * d);
    c = away0(1 + even / c);
    value *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + twice) * (a + twice + 1));
    d = 1 / away0(1 + odd * d);
    c = away0(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) return value;
  }
  throw new Error(
    `Failed to compute the incomplete beta function of ${a} and ${b} at ${x}: no end after ${STEPS_MAX} steps`,
  );
}

function away0(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
