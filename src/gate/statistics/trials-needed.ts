import { assert } from '../../std/assert.ts';
import { logEvidenceBelow } from './confidence-sequence.ts';
import { incompleteBeta } from './incomplete-beta.ts';

/** More than any journal has sessions; whoever asks for a rate that needs more is told so by `Infinity`. */
const TRIALS_MAX = 1e12;

/** How often the bound is looked at: once, at a number of trials said beforehand, or whenever one likes. */
export type Look = 'planned' | 'continuous';

/**
 * The least number of trials, `events` of them among those, at which the upper bound of a rate lies below `rate`: what a gate
 * needs that asks for `< rate`, and so how long it still takes. Rises with `events`.
 */
export function trialsNeeded(events: number, rate: number, confidence: number, look: Look): number {
  assert(rate > 0 && rate < 1, `a rate to stay below lies between 0 and 1, ${rate} does not`);
  const isEnough = look === 'planned' ? byOneLook : byAnyLook;
  let [low, high] = [events, events + 1];
  while (!isEnough(events, high, rate, confidence)) {
    [low, high] = [high, events + 2 * (high - events)];
    if (high > TRIALS_MAX) return Infinity;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(events, middle, rate, confidence)) high = middle;
    else low = middle;
  }
  return high;
}

function byOneLook(events: number, trials: number, rate: number, confidence: number): boolean {
  return incompleteBeta(rate, events + 1, trials - events) > confidence;
}

function byAnyLook(events: number, trials: number, rate: number, confidence: number): boolean {
  return logEvidenceBelow(events, trials, rate) > -Math.log(1 - confidence);
}
