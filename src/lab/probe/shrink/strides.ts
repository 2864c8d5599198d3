import type { Course, Step } from '../course.ts';
import { leavesOf, withLeaf, type Leaf } from './leaves.ts';
import type { Terms } from './terms.ts';
import { largerAmounts } from './values.ts';

/** Of more calls of one kind the first and the last few stand for all. */
const CALLS_TRIED = 6;

interface Stride {
  readonly index: number;
  readonly step: Extract<Step, { kind: 'call' }>;
  readonly leaf: Leaf;
  readonly unit: 'minor' | 'major';
}

/**
 * Courses with one call less of those that state an amount, where the others go as far as the policy lets them: what three
 * did by a hundred, two do by a hundred and fifty. Neither step is simpler by itself, so both are taken at once.
 */
export function* withFewerStrides(course: Course, terms: Terms): Generator<Course> {
  for (const strides of Map.groupBy(stridesIn(course, terms), kindOf).values()) {
    if (strides.length < 2) continue;
    const left = strides.length <= CALLS_TRIED ? strides : [...strides.slice(0, 3), ...strides.slice(-3)];
    const larger = new Set(strides.flatMap(({ leaf, unit }) => [...largerAmounts(leaf.value, unit, terms)]));
    for (const value of larger) {
      const grown = new Map(
        strides.map(({ index, step, leaf }) => [index, { ...step, request: withLeaf(step.request, leaf, value) }]),
      );
      const steps = course.steps.map((step, index): Step => grown.get(index) ?? step);
      for (const { index } of left.toReversed()) yield { ...course, steps: steps.toSpliced(index, 1) };
    }
  }
}

function stridesIn({ steps }: Course, terms: Terms): readonly Stride[] {
  return steps.flatMap((step, index): Stride[] => {
    if (step.kind !== 'call') return [];
    for (const leaf of leavesOf(step.request)) {
      const unit = terms.amountUnit(step.request, leaf);
      if (unit !== undefined) return [{ index, step, leaf, unit }];
    }
    return [];
  });
}

function kindOf({ step: { request }, leaf: { name } }: Stride): string {
  return `${request.upstream} ${request.method} ${name}`;
}
