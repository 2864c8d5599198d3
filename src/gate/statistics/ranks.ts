/** Two samples in one order. */
export interface Ranked {
  /** The sum of the ranks of the first sample; equal values share the middle of their ranks. */
  readonly sum: number;
  /** Σ (t³ − t) over groups of t equal values; 0: there are none. */
  readonly ties: number;
}

/** Ranks two samples together, from 1. */
export function ranked(first: readonly number[], second: readonly number[]): Ranked {
  const all = [...first.map((value) => ({ value, own: 1 })), ...second.map((value) => ({ value, own: 0 }))];
  all.sort((one, other) => one.value - other.value);
  let [sum, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let [to, own] = [from, 0];
    for (; to < all.length && all[to]?.value === all[from]?.value; to += 1) own += all[to]?.own ?? 0;
    const size = to - from;
    sum += (own * (from + 1 + to)) / 2;
    ties += size ** 3 - size;
    from = to;
  }
  return { sum, ties };
}
