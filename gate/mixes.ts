import type { Mix } from '../src/gate/statistics/drift-alarm.ts';
import type { Prng } from '../src/std/prng.ts';

/** What sessions do on average: shares of kinds of call. */
export type Shares = Readonly<Record<string, number>>;

const CALLS_MAX = 12;
const POPULATION = 5_000;
/** How much a session keeps to what it did first: the part of its calls that repeat the one before. */
const STICKY = 0.5;

/** A population of sessions. Drawing from it costs nothing, and its mean shares are what they are. */
export function population(random: Prng, shares: Shares): readonly Mix[] {
  return Array.from({ length: POPULATION }, () => session(random, shares));
}

export function drawn(random: Prng, from: readonly Mix[], count: number): readonly Mix[] {
  return Array.from({ length: count }, () => from[random.below(from.length)] as Mix);
}

/** One to twelve calls that hang together: half of them are what the one before was. */
function session(random: Prng, shares: Shares): Mix {
  const mix: Record<string, number> = {};
  const calls = 1 + random.below(CALLS_MAX);
  let kind = kindOf(random, shares);
  for (let call = 0; call < calls; call += 1) {
    if (random.next() >= STICKY) kind = kindOf(random, shares);
    mix[kind] = (mix[kind] ?? 0) + 1;
  }
  return mix;
}

function kindOf(random: Prng, shares: Shares): string {
  let left = random.next();
  for (const [kind, share] of Object.entries(shares)) {
    left -= share;
    if (left < 0) return kind;
  }
  return Object.keys(shares)[0] as string;
}
