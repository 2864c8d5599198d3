import type { Needed } from './rules.ts';

/**
 * The probability that a bound that is looked at after every session ever passes an agent that is harmful in `rate` of its
 * sessions, independently: counted out session by session over all numbers of events, for the simulation to be held to.
 */
export function passProbability(needed: Needed, rate: number, horizon: number): number {
  // waiting[k]: k events so far, and not passed.
  let waiting = Float64Array.of(1);
  let passed = 0;
  for (let session = 1; session <= horizon; session += 1) {
    const next = new Float64Array(waiting.length + 1);
    for (let events = 0; events < next.length; events += 1) {
      const probability = (waiting[events] ?? 0) * (1 - rate) + (waiting[events - 1] ?? 0) * rate;
      if (needed(events) <= session) passed += probability;
      else next[events] = probability;
    }
    waiting = trimmed(next);
  }
  return passed;
}

/** Without the numbers of events that are as good as impossible. */
function trimmed(probabilities: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  let length = probabilities.length;
  while (length > 1 && (probabilities[length - 1] as number) < 1e-18) length -= 1;
  return probabilities.slice(0, length);
}
