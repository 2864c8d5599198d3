/**
 * The quantile of the standard normal distribution: Wichura, Algorithm AS 241 (Applied Statistics 37, 1988), PPND16, good to
 * about 16 digits.
 *
 * @param below the probability below it, in (0, 1)
 */
export function normalQuantile(below: number): number {
  const q = below - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const tail = Math.sqrt(-Math.log(q < 0 ? below : 1 - below));
  const size = tail <= 5 ? ratio(MIDDLE, tail - 1.6) : ratio(FAR, tail - 5);
  return q < 0 ? -size : size;
}

/** How probable a standard normal value above `z` is. */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  return z < SERIES_MAX ? 0.5 - bySeries(z) : byFraction(z);
}

const SERIES_MAX = 3;
const FRACTION_DEPTH = 60;

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** From the middle to `z`: Abramowitz & Stegun 26.2.11. */
function bySeries(z: number): number {
  let sum = z;
  let term = z;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum * density(z);
}

/** The tail: Abramowitz & Stegun 26.2.14, from its end. */
function byFraction(z: number): number {
  let below = z;
  for (let depth = FRACTION_DEPTH; depth > 0; depth -= 1) below = z + depth / below;
  return density(z) / below;
}

/** A quotient of polynomials, lowest powers first. */
interface Rational {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

function ratio({ above, below }: Rational, at: number): number {
  const value = (all: readonly number[]): number => all.reduceRight((sum, one) => sum * at + one, 0);
  return value(above) / value(below);
}

const CENTRE: Rational = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

const MIDDLE: Rational = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const FAR: Rational = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
