import type { Prng } from '../../src/std/prng.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 24;

/** `next('ch')` → `ch_3Nf0…`: Stripe's look, 24 characters behind the prefix, from a seeded stream. */
export class SeededIds {
  readonly #random: Prng;

  constructor(random: Prng) {
    this.#random = random;
  }

  next(prefix: string): string {
    let id = `${prefix}_3N`;
    for (let letters = 2; letters < LENGTH; letters += 1) id += ALPHABET[this.#random.below(ALPHABET.length)] as string;
    return id;
  }

  fork(): SeededIds {
    return new SeededIds(this.#random.fork());
  }
}
