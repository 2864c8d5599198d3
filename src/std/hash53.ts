/** FNV-1a's prime, and two beginnings for it: two independent-enough 32-bit halves. */
const PRIME = 0x01000193;
const SEED_HIGH = 0x811c9dc5;
const SEED_LOW = 0x9e3779b9;
const HIGH_BITS = 21;

/**
 * A text as a 53-bit number, to remember that it was seen without remembering it. Not cryptographic: use it only where
 * two texts that collide do no harm.
 */
export function hash53(text: string): number {
  let high = SEED_HIGH;
  let low = SEED_LOW;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, PRIME);
    low = Math.imul(low ^ (unit + index), PRIME);
  }
  // The lowest bits of FNV mix least: fold the higher ones into them.
  high ^= high >>> 15;
  low ^= low >>> 13;
  return (high >>> (32 - HIGH_BITS)) * 2 ** 32 + (low >>> 0);
}
