import type { Prng } from '../../src/std/prng.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 24;

/** `('ch')` → `ch_3Nf0…`: Stripe's look, 24 characters behind the prefix, from a seeded stream. */
export type Ids = (prefix: string) => string;

export function seededIds(random: Prng): Ids {
  const letter = (): string => ALPHABET[random.below(ALPHABET.length)] as string;
  return (prefix) => `${prefix}_3N${Array.from({ length: LENGTH - 2 }, letter).join('')}`;
}
