import { hash } from 'node:crypto';
import { byText } from '../divergence/act.ts';

export interface SampleTerms {
  /** The same seed draws the same calls. */
  readonly seed: number;
  /** How many calls to draw in all, where the strata's least does not make it more. */
  readonly size: number;
  /** The least of each stratum, or all it has. */
  readonly each: number;
}

/** What is drawn where nobody says otherwise. */
export const SAMPLE: SampleTerms = { seed: 1, size: 100, each: 5 };

/**
 * How many to draw of each stratum: `each` of every one, and what `size` leaves beyond that in proportion to what they still
 * have (largest remainders, ties by name).
 *
 * @param populations by stratum; each at least 1
 */
export function allocation(
  populations: ReadonlyMap<string, number>,
  { size, each }: SampleTerms,
): ReadonlyMap<string, number> {
  const strata = [...populations].map(([name, population]) => ({
    name,
    least: Math.min(each, population),
    population,
  }));
  const least = strata.reduce((sum, one) => sum + one.least, 0);
  const rest = strata.reduce((sum, one) => sum + one.population, 0) - least;
  const extra = Math.min(rest, Math.max(0, size - least));
  const shares = strata.map(({ name, least: first, population }) => {
    const quota = rest === 0 ? 0 : (extra * (population - first)) / rest;
    return { name, drawn: first + Math.floor(quota), remainder: quota - Math.floor(quota), room: population };
  });
  let left = least + extra - shares.reduce((sum, { drawn }) => sum + drawn, 0);
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder || byText(a.name, b.name))) {
    if (left === 0) break;
    if (share.drawn === share.room) continue;
    share.drawn += 1;
    left -= 1;
  }
  return new Map(shares.map(({ name, drawn }) => [name, drawn]));
}

/**
 * Draws `count` of a stratum's calls: those with the least hashes under the seed. So each is as likely as any other, a second
 * draw is the same, and one from a journal that has grown keeps what still belongs to it.
 */
export function drawn<Call extends string>(calls: readonly Call[], count: number, seed: number): ReadonlySet<Call> {
  if (count >= calls.length) return new Set(calls);
  const ranked = calls.map((call) => ({ call, rank: hash('sha256', `${seed} ${call}`) }));
  return new Set(
    ranked
      .toSorted((a, b) => byText(a.rank, b.rank))
      .slice(0, count)
      .map(({ call }) => call),
  );
}
