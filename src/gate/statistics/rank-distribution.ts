/**
 * How probable each value of U, 0 to n·m, is where both samples come from one distribution without ties: every choice of n of the
 * n + m ranks is as probable as any other (Mann & Whitney, Annals of Mathematical Statistics 18, 1947, §3). Only sums of positive
 * terms, so that no digit is lost.
 */
export function rankDistribution(n: number, m: number): Float64Array {
  const width = n * m + 1;
  // ways[k][u]: so many ways to choose k of the first elements, passing by u others.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(width));
  (ways[0] as Float64Array)[0] = 1;
  for (let rank = 1; rank <= n + m; rank += 1) {
    for (let chosen = Math.min(rank, n); chosen >= 1; chosen -= 1) {
      const passed = rank - chosen;
      if (passed > m) break;
      const [from, to] = [ways[chosen - 1] as Float64Array, ways[chosen] as Float64Array];
      for (let u = passed; u < width; u += 1) to[u] = (to[u] as number) + (from[u - passed] as number);
    }
  }
  const counts = ways[n] as Float64Array;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all);
}
