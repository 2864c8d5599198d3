import type { Course, Step } from '../course.ts';
import { leavesOf, withLeaf, type Leaf, type Scalar } from './leaves.ts';
import type { Terms } from './terms.ts';
import { largerAmounts } from './values.ts';

/** Of more calls of one kind the first and the last few stand for all. */
const CALLS_TRIED = 6;
const PLAIN_NUMBERS = [10, 100, 1_000, 10_000];

interface Stride {
  readonly index: number;
  readonly step: Extract<Step, { kind: 'call' }>;
  readonly leaf: Leaf;
  /** Of amounts; of other numbers none. */
  readonly unit: 'minor' | 'major' | undefined;
}

/**
 * Courses with one call less of those that state an amount or a number, where the others go further: what three did by a
 * hundred, two do by a hundred and fifty. Neither step is simpler by itself, so both are taken at once.
 */
export function* withFewerStrides(course: Course, terms: Terms): Generator<Course> {
  for (const strides of Map.groupBy(stridesIn(course, terms), kindOf).values()) {
    if (strides.length < 2) continue;
    const left = strides.length <= CALLS_TRIED ? strides : [...strides.slice(0, 3), ...strides.slice(-3)];
    const larger = new Set(strides.flatMap(({ leaf, unit }) => [...largerThan(leaf.value, unit, terms)]));
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
    return leavesOf(step.request).flatMap((leaf): Stride[] => {
      const unit = terms.amountUnit(step.request, leaf);
      return unit === undefined && !isNumber(leaf.value) ? [] : [{ index, step, leaf, unit }];
    });
  });
}

/** A form has its numbers in digits. */
function isNumber(value: Scalar): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,9}$/.test(value));
}

function largerThan(value: Scalar, unit: Stride['unit'], terms: Terms): Iterable<Scalar> {
  if (unit !== undefined) return largerAmounts(value, unit, terms);
  return PLAIN_NUMBERS.filter((plain) => plain > Number(value));
}

function kindOf({ step: { request }, leaf: { name } }: Stride): string {
  return `${request.upstream} ${request.method} ${name}`;
}
