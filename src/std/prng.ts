/** A seeded stream of numbers: the same seed gives the same stream on every machine. */
export interface Prng {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** The same stream from here on, drawn apart: what one draws, the other still has before it. */
  fork(): Prng;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough for worlds and faults, not for secrets. */
export function prng(seed: number): Prng {
  return streamFrom(seed >>> 0);
}

function streamFrom(start: number): Prng {
  let state = start;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return { next, below: (bound) => Math.floor(next() * bound), fork: () => streamFrom(state) };
}
