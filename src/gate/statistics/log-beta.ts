/** From here on Stirling's series is good to the last digit. */
const SERIES_MIN = 15;
const HALF_LOG_2_PI = 0.9189385332046728;

/** The natural logarithm of the gamma function; `x` > 0. Abramowitz & Stegun 6.1.40, after 6.1.15 where `x` is small. */
export function logGamma(x: number): number {
  let product = 1;
  let at = x;
  for (; at < SERIES_MIN; at += 1) product *= at;
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_2_PI + beyondStirling(at) - Math.log(product);
}

/**
 * The natural logarithm of the beta function; `a`, `b` > 0. Logarithms of large gammas are never subtracted from one another, so
 * that 10⁷ trials leave as many digits as 10 do (Didonato & Morris, Algorithm 708, ACM Transactions on Mathematical Software 18, 1992).
 */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  const sum = a + b;
  if (large < SERIES_MIN) return logGamma(small) + logGamma(large) - logGamma(sum);
  const ofLarge = -(large - 0.5) * Math.log1p(small / large) + beyondStirling(large) - beyondStirling(sum);
  if (small < SERIES_MIN) return logGamma(small) + ofLarge - small * Math.log(sum) + small;
  const ofSmall = small * Math.log(small / sum) - 0.5 * Math.log(small) + HALF_LOG_2_PI + beyondStirling(small);
  return ofSmall + ofLarge;
}

/** What Stirling's formula leaves of the logarithm; `x` ≥ {@link SERIES_MIN}. */
function beyondStirling(x: number): number {
  const square = 1 / (x * x);
  const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360];
  return terms.reduceRight((sum, term) => sum * square + term, 0) / x;
}
