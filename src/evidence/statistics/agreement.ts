/** One reviewer's word on one thing. */
export interface Rating {
  readonly unit: string;
  readonly by: string;
  readonly value: string;
}

export interface Agreement {
  /** Units with at least two ratings. */
  readonly units: number;
  /** Pairs of ratings on one unit that are the same, among all such pairs; `null` where there is none. */
  readonly percent: number | null;
  /** `null` below {@link UNITS_MIN} units, as is `alpha`: of one call, chance explains either all or nothing. */
  readonly kappa: number | null;
  readonly alpha: number | null;
}

/** Units with two ratings from which agreement beyond chance means anything at all. */
export const UNITS_MIN = 2;

/** How far raters agree. At most one rating of each on each unit. */
export function agreementOf(ratings: readonly Rating[]): Agreement {
  const units = [...Map.groupBy(ratings, ({ unit }) => unit).values()].filter((unit) => unit.length > 1);
  const raters = new Set(units.flat().map(({ by }) => by));
  const [first = ''] = [...raters].toSorted();
  const isEnough = units.length >= UNITS_MIN;
  const two = raters.size === 2 && isEnough;
  return {
    units: units.length,
    percent: percentOf(units),
    kappa: two ? cohensKappa(units.map((unit) => inOrder(unit, first))) : null,
    alpha: isEnough ? krippendorffsAlpha(units.map((unit) => unit.map(({ value }) => value))) : null,
  };
}

function inOrder(unit: readonly Rating[], first: string): readonly [string, string] {
  const [a, b] = unit as readonly [Rating, Rating];
  return a.by === first ? [a.value, b.value] : [b.value, a.value];
}

function percentOf(units: readonly (readonly Rating[])[]): number | null {
  let same = 0;
  let pairs = 0;
  for (const unit of units) {
    pairs += (unit.length * (unit.length - 1)) / 2;
    for (const count of counted(unit.map(({ value }) => value)).values()) same += (count * (count - 1)) / 2;
  }
  return pairs === 0 ? null : same / pairs;
}

/**
 * Cohen's kappa for two raters (Cohen, Educational and Psychological Measurement 20, 1960): agreement beyond what two people
 * with these habits would reach by chance. 1: always, 0: as by chance.
 *
 * @returns `null` where both always say the same one thing: then chance explains all of it
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | null {
  if (pairs.length === 0) return null;
  const all = pairs.length;
  const second = counted(pairs.map(([, other]) => other));
  const agreed = pairs.filter(([one, other]) => one === other).length;
  // In whole numbers, so that who is named first cannot matter.
  let chance = 0;
  for (const [value, count] of counted(pairs.map(([one]) => one))) chance += count * (second.get(value) ?? 0);
  return chance === all * all ? null : (all * agreed - chance) / (all * all - chance);
}

/**
 * Krippendorff's alpha for nominal values, any number of raters, each of whom may have left units out (Krippendorff,
 * "Computing Krippendorff's Alpha-Reliability", 2011, §D): 1 − observed over expected disagreement.
 *
 * @param units the values given to each; those with fewer than two say nothing of agreement
 * @returns `null` where nothing was rated twice, or all values are one
 */
export function krippendorffsAlpha(units: readonly (readonly string[])[]): number | null {
  const paired = units.filter((unit) => unit.length > 1);
  const values = counted(paired.flat());
  let all = 0;
  for (const count of values.values()) all += count;
  let observed = 0;
  for (const unit of paired) {
    let same = 0;
    for (const count of counted(unit).values()) same += count * (count - 1);
    observed += (unit.length * (unit.length - 1) - same) / (unit.length - 1);
  }
  let expected = all * (all - 1);
  for (const count of values.values()) expected -= count * (count - 1);
  return expected === 0 ? null : 1 - ((all - 1) * observed) / expected;
}

function counted(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
