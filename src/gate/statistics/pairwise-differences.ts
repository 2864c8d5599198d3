import { assert } from '../../std/assert.ts';

/** Differences of values of two samples, smallest first, without writing down all n·m of them. */
export interface PairwiseDifferences {
  readonly count: number;
  /** The one at a rank, from 1. */
  at(rank: number): number;
}

/**
 * Selection in a matrix with sorted rows (Johnson & Mizoguchi, SIAM Journal on Computing 7, 1978): each round takes the weighted
 * median of the rows' medians and leaves out at least a quarter of what is left.
 */
export function pairwiseDifferences(first: readonly number[], second: readonly number[]): PairwiseDifferences {
  const rows = first.toSorted((a, b) => a - b);
  const columns = second.toSorted((a, b) => b - a);
  const [n, m] = [rows.length, columns.length];
  const cell = (row: number, column: number): number => (rows[row] as number) - (columns[column] as number);

  /** In each row, how many differences are below `pivot` (or not above it). A step down both samples at once. */
  const below = (pivot: number, orEqual: boolean): Float64Array => {
    const counts = new Float64Array(n);
    let column = m;
    for (let row = 0; row < n; row += 1) {
      while (column > 0 && (orEqual ? cell(row, column - 1) > pivot : cell(row, column - 1) >= pivot)) column -= 1;
      counts[row] = column;
    }
    return counts;
  };

  const at = (rank: number): number => {
    assert(rank >= 1 && rank <= n * m, `of ${n * m} differences none has the rank ${rank}`);
    let from = new Float64Array(n);
    let to = new Float64Array(n).fill(m);
    for (;;) {
      const pivot = weightedMedian(
        rows.flatMap((_, row) => {
          const [low, high] = [from[row] as number, to[row] as number];
          return low < high ? [{ value: cell(row, Math.floor((low + high - 1) / 2)), weight: high - low }] : [];
        }),
      );
      const less = below(pivot, false);
      const upTo = below(pivot, true);
      if (rank <= total(less)) to = less.map((count, row) => Math.min(count, to[row] as number));
      else if (rank > total(upTo)) from = upTo.map((count, row) => Math.max(count, from[row] as number));
      else return pivot;
    }
  };
  return { count: n * m, at };
}

interface Weighed {
  readonly value: number;
  readonly weight: number;
}

function weightedMedian(all: readonly Weighed[]): number {
  const half = all.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { value, weight } of all.toSorted((a, b) => a.value - b.value)) {
    passed += weight;
    if (passed >= half) return value;
  }
  throw new Error('Failed to select a difference: none is left');
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
