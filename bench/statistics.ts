/** The middle of some figures, and how far they spread. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Some figures as a promise is judged by them: the middle, what nineteen of twenty keep, and the worst. */
export interface Tail {
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

export function tail(values: readonly number[]): Tail {
  const sorted = [...values].sort((a, b) => a - b);
  const nth = Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1);
  return { median: spread(values).median, p95: sorted[nth] as number, worst: sorted.at(-1) as number };
}
