/** Independent of what is tested: sums of products. */

/** How probable so many events or fewer are, each term from the one before. */
export function binomialUpTo(events: number, trials: number, rate: number): number {
  let term = (1 - rate) ** trials;
  let sum = term;
  for (let count = 1; count <= events; count += 1) {
    term *= ((trials - count + 1) / count) * (rate / (1 - rate));
    sum += term;
  }
  return sum;
}

export function choose(n: number, k: number): number {
  let ways = 1;
  for (let index = 1; index <= k; index += 1) ways = (ways * (n - k + index)) / index;
  return ways;
}

/** Every sequence of so many trials that happen or do not, with its probability. */
export function* sequences(trials: number, rate: number): Generator<{ events: boolean[]; probability: number }> {
  for (let bits = 0; bits < 2 ** trials; bits += 1) {
    const events = Array.from({ length: trials }, (_, index) => (bits & (1 << index)) !== 0);
    const count = events.filter(Boolean).length;
    yield { events, probability: rate ** count * (1 - rate) ** (trials - count) };
  }
}
