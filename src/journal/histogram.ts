/** Values are kept to 1 %: the least that two buckets are apart. */
const PRECISION = 1.01;

/**
 * How often values occurred, in buckets that grow with the value: a percentile of any number of them in little memory.
 * (The idea of HdrHistogram.) Whole numbers from 1.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(value: number): void {
    const bucket = Math.ceil(Math.log(Math.max(1, value)) / Math.log(PRECISION));
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total += 1;
  }

  /** By nearest rank, at most 1 % above the true one; `undefined` where nothing was added. */
  percentile(percent: number): number | undefined {
    let rank = Math.ceil((this.#total * percent) / 100);
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      rank -= count;
      if (rank <= 0) return Math.ceil(PRECISION ** bucket);
    }
    return undefined;
  }
}
