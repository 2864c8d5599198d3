import { assert } from '../../std/assert.ts';
import type { Harm, Oracle } from '../oracles/oracle.ts';
import { Arena } from './arena.ts';
import type { Course } from './course.ts';
import type { Field } from './field.ts';
import { act } from './run-course.ts';
import { withFewerAskers } from './shrink/askers.ts';
import { withSimplerFaults } from './shrink/faults.ts';
import { withoutMakers } from './shrink/makers.ts';
import { withPlainSpellings } from './shrink/spellings.ts';
import { withFewerSteps } from './shrink/steps.ts';
import { withFewerStrides } from './shrink/strides.ts';
import { type Terms, termsOf } from './shrink/terms.ts';
import { withSimplerTimes } from './shrink/times.ts';
import { withBiggerStrides, withSimplerValues } from './shrink/values.ts';
import { isLess, weightOf } from './shrink/weight.ts';
import { Violation } from './violation.ts';

/**
 * Steps acted out in one shrinking, over all its runs: some seconds on any machine. Counted and not timed, so that the same
 * course shrinks to the same one everywhere. Beyond it the simplest found so far stands.
 */
export const STEPS_ACTED_MAX = 400_000;

export interface Shrunk {
  readonly course: Course;
  /** What the same oracle says of it. */
  readonly harm: Harm;
  /** How many courses were acted out. */
  readonly runs: number;
  /** Whether no single simplification is left that does harm; false where {@link STEPS_ACTED_MAX} ended it, or a person. */
  readonly isMinimal: boolean;
}

/** What a course did, as far as one oracle is concerned: how many steps it took, and the harm. */
export interface Done {
  readonly steps: number;
  readonly harm: Harm;
}

/** Acts a course out until the oracle sees harm; `undefined`: it never does. */
export function harmOf(field: Field, oracle: Oracle, course: Course): Done | undefined {
  const arena = new Arena(field, course.startsAt, [oracle]);
  for (const grant of course.grants) arena.admitGrant(grant);
  let steps = 0;
  try {
    for (const step of course.steps) {
      steps += 1;
      act(arena, step);
    }
    arena.settle();
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return { steps, harm: error.harm };
    throw error;
  }
}

/** {@link shrinking} without a pause. */
export function shrink(field: Field, oracle: Oracle, course: Course, stepsActedMax = STEPS_ACTED_MAX): Shrunk {
  const courses = shrinking(field, oracle, course, stepsActedMax);
  for (;;) {
    const step = courses.next(false);
    if (step.done === true) return step.value;
  }
}

/**
 * The shortest and simplest course that still does the harm, by the same oracle: fewer steps first, then fewer tokens, faults
 * and fields, then plainer values and times. Greedy: the first simplification that still does harm is kept, and all are tried
 * again, until none does.
 *
 * @param oracle the one that saw the harm
 * @returns a generator that pauses behind every course; `next(true)` ends it with the simplest so far
 */
export function* shrinking(
  field: Field,
  oracle: Oracle,
  course: Course,
  stepsActedMax = STEPS_ACTED_MAX,
): Generator<void, Shrunk, boolean> {
  const terms = termsOf(field);
  const first = harmOf(field, oracle, course);
  assert(first !== undefined, 'what is shrunk does harm');
  let best = { course: upTo(course, first.steps), harm: first.harm };
  let weight = weightOf(best.course, terms);
  let runs = 1;
  let acted = first.steps;
  const isBetter = (candidate: Course, done: Done | undefined): boolean => {
    if (done === undefined) return false;
    const cut = upTo(candidate, done.steps);
    const cutWeight = weightOf(cut, terms);
    if (!isLess(cutWeight, weight)) return false;
    [best, weight] = [{ course: cut, harm: done.harm }, cutWeight];
    return true;
  };
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const { simpler, isCut } of SIMPLIFICATIONS) {
      for (let again = true; again;) {
        again = false;
        for (const candidate of simpler(best.course, terms)) {
          if (!isCut && !isLess(weightOf(candidate, terms), weight)) continue;
          if (acted > stepsActedMax) return { ...best, runs, isMinimal: false };
          const done = harmOf(field, oracle, candidate);
          runs += 1;
          acted += done?.steps ?? candidate.steps.length;
          const isFound = isBetter(candidate, done);
          if (yield) return { ...best, runs, isMinimal: false };
          if (!isFound) continue;
          again = isNew = true;
          break;
        }
      }
    }
  }
  return { ...best, runs, isMinimal: true };
}

interface Simplification {
  readonly simpler: (course: Course, terms: Terms) => Iterable<Course>;
  /** What it gives is simpler only where its harm comes sooner: what stands behind the harm is cut off. */
  readonly isCut?: true;
}

/** Every single simplification that is tried, the kinds that spare most first. */
export const SIMPLIFICATIONS: readonly Simplification[] = [
  { simpler: withFewerSteps },
  { simpler: withFewerStrides },
  { simpler: withoutMakers },
  { simpler: withFewerAskers },
  { simpler: withSimplerFaults },
  { simpler: withBiggerStrides, isCut: true },
  { simpler: withPlainSpellings },
  { simpler: withSimplerValues },
  { simpler: withSimplerTimes },
];

/** What comes behind the harm does not matter. */
function upTo(course: Course, steps: number): Course {
  return steps === course.steps.length ? course : { ...course, steps: course.steps.slice(0, steps) };
}
