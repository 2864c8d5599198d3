/**
 * The least whole number from `from` on of which something holds, where it holds of every greater one too.
 *
 * @returns `Infinity` beyond `most`
 */
export function leastWhere(from: number, most: number, holds: (number: number) => boolean): number {
  if (holds(from)) return from;
  let [low, step] = [from, 1];
  while (!holds(low + step)) {
    if (low + step > most) return Infinity;
    [low, step] = [low + step, step * 2];
  }
  let high = low + step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
