import type { Course, Step } from '../course.ts';
import { leavesOf, withLeaf } from './leaves.ts';
import type { Terms } from './terms.ts';

/** Of more steps that may have made something, the last ones stand for all; of more ids that a run made, the first. */
const MAKERS_TRIED = 6;
const MADE_TRIED = 6;
/** A thing that the run made gives way to one of the first few of its kind that were there before. */
const IDS_TRIED = 4;

/**
 * Courses without the step that made a thing, where what was done to it is done to one that was there before. Neither is
 * possible by itself: without its maker the thing is not there, and with another thing there is one step too many.
 */
export function* withoutMakers(course: Course, terms: Terms): Generator<Course> {
  const { steps } = course;
  for (const made of madeIn(steps, terms).slice(0, MADE_TRIED)) {
    const makers = steps.flatMap((step, index) => (mayMake(step) && !names(step, made) ? [index] : []));
    for (const index of makers.slice(-MAKERS_TRIED).toReversed()) {
      for (const id of alike(made, terms)) {
        yield { ...course, steps: steps.toSpliced(index, 1).map((step) => renamed(step, made, id)) };
      }
    }
  }
}

/** Ids that the businesses did not have at the start, by the look of them: as those of some kind begin. */
function madeIn(steps: readonly Step[], terms: Terms): readonly string[] {
  const values = steps.flatMap((step) => ('request' in step ? leavesOf(step.request).map(({ value }) => value) : []));
  const texts = new Set(values.filter((value) => typeof value === 'string'));
  return [...texts].filter((text) => !terms.ids.has(text) && alike(text, terms).length > 0);
}

/** The first ids of the kind whose ids begin as this one does: `ch_`. */
function alike(id: string, { kinds }: Terms): readonly string[] {
  const [prefix] = /^[A-Za-z]+_/.exec(id) ?? [];
  if (prefix === undefined) return [];
  return (
    Object.values(kinds)
      .find(([first = '']) => first.startsWith(prefix))
      ?.slice(0, IDS_TRIED) ?? []
  );
}

function mayMake(step: Step): boolean {
  return 'request' in step && step.request.method !== 'GET';
}

function names(step: Step, id: string): boolean {
  return 'request' in step && leavesOf(step.request).some(({ value }) => value === id);
}

function renamed(step: Step, from: string, to: string): Step {
  if (!('request' in step)) return step;
  const leaves = leavesOf(step.request).filter(({ value }) => value === from);
  return { ...step, request: leaves.reduce((request, leaf) => withLeaf(request, leaf, to), step.request) };
}
