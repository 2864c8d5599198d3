import type { Prng } from '../src/std/prng.ts';

/**
 * In which sessions, from 1, something happens that happens in each with probability `rate`: by the gaps between them, which are
 * geometric, so that 20,000 sessions at 1 % take 200 draws.
 */
export function* arrivals(random: Prng, rate: number, horizon: number): Generator<number> {
  if (rate <= 0) return;
  const perTrial = Math.log1p(-rate);
  for (let at = gap(random, perTrial); at <= horizon; at += gap(random, perTrial)) yield at;
}

function gap(random: Prng, perTrial: number): number {
  return 1 + Math.floor(Math.log(1 - random.next()) / perTrial);
}

/** In which sessions something happens whose rate is another one every day, drawn anew. */
export function* arrivalsByDay(
  random: Prng,
  rateOf: (random: Prng) => number,
  sessionsPerDay: number,
  horizon: number,
): Generator<number> {
  for (let from = 0; from < horizon; from += sessionsPerDay) {
    for (const at of arrivals(random, rateOf(random), Math.min(sessionsPerDay, horizon - from))) yield from + at;
  }
}
