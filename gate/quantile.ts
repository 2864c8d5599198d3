/** Of sorted values, the nearest rank; `null`: one that never came. */
export function quantile(sorted: Float64Array, at: number): number | null {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Infinity;
  return value === Infinity ? null : value;
}
