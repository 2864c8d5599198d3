/** One limit: over these things together, no more than `max`. */
export interface Limit<Thing> {
  readonly over: ReadonlySet<Thing>;
  readonly max: bigint;
}

/**
 * An upper bound on what all `things` come to together, or `undefined` where none is known.
 *
 * Sound: whatever sets of limits cover all things, their sum bounds the whole, for each thing's share lies under at
 * least one of them. The smallest such sum is set cover, which is hard; this takes the better of two covers: the
 * smallest single limit that covers everything, and the greedy one (least added per thing newly covered).
 */
export function coverBound<Thing>(things: ReadonlySet<Thing>, limits: readonly Limit<Thing>[]): bigint | undefined {
  if (things.size === 0) return 0n;
  const whole = limits.filter(({ over }) => things.isSubsetOf(over)).map(({ max }) => max);
  const greedy = greedyBound(things, limits);
  const bounds = greedy === undefined ? whole : [...whole, greedy];
  return bounds.reduce<bigint | undefined>(
    (least, one) => (least === undefined || one < least ? one : least),
    undefined,
  );
}

/**
 * What each limit would newly cover is kept count of and not counted anew each round: of a hundred agents with a rate each over
 * two hundred routes that took half a minute.
 */
function greedyBound<Thing>(things: ReadonlySet<Thing>, limits: readonly Limit<Thing>[]): bigint | undefined {
  const open = new Set(things);
  const gains = limits.map(({ over }) => open.intersection(over).size);
  const limiting = new Map<Thing, number[]>([...open].map((thing) => [thing, []]));
  for (const [at, { over }] of limits.entries()) for (const thing of over) limiting.get(thing)?.push(at);
  let sum = 0n;
  while (open.size > 0) {
    let best: { readonly limit: Limit<Thing>; readonly gain: bigint } | undefined;
    for (const [at, limit] of limits.entries()) {
      const gain = BigInt(gains[at] as number);
      if (gain > 0n && (best === undefined || limit.max * best.gain < best.limit.max * gain)) best = { limit, gain };
    }
    if (best === undefined) return undefined;
    sum += best.limit.max;
    for (const thing of best.limit.over) {
      if (!open.delete(thing)) continue;
      for (const at of limiting.get(thing) ?? []) gains[at] = (gains[at] as number) - 1;
    }
  }
  return sum;
}
