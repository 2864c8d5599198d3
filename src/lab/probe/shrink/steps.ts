import type { Course, Step } from '../course.ts';

/** Repetitions of a pattern that are tried one by one; of more, the first and the last stand for all. */
const REPETITIONS_TRIED = 8;
/** A repeated pattern is at most so many steps long: a call and its wait, a read, a write and their wait. */
const PATTERN_MAX = 4;

/** Courses with fewer steps: large pieces first, then each step by itself. */
export function* withFewerSteps(course: Course): Generator<Course> {
  const { steps } = course;
  for (const without of pieces(steps)) yield { ...course, steps: without };
  for (const kept of kinds(steps)) yield { ...course, steps: kept };
  yield* withWaitsMerged(course);
}

/** All but one piece, from a half of the steps to a single one (Zeller, Hildebrandt: ddmin's complements). */
function* pieces(steps: readonly Step[]): Generator<readonly Step[]> {
  const skipped = repeated(steps);
  for (let length = Math.ceil(steps.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    // The later ones first: what led to the harm stays, what came between goes.
    for (let start = Math.floor((steps.length - 1) / length) * length; start >= 0; start -= length) {
      if (length === 1 && skipped.has(start)) continue;
      yield steps.toSpliced(start, length);
    }
  }
}

/** Steps in the midst of a long repetition: without one of them a course is as without any other. */
function repeated(steps: readonly Step[]): ReadonlySet<number> {
  const texts = steps.map((step) => JSON.stringify(step));
  const midst = new Set<number>();
  for (let period = 1; period <= PATTERN_MAX; period += 1) {
    for (let start = 0; start + period < texts.length;) {
      let end = start + period;
      while (end < texts.length && texts[end] === texts[end - period]) end += 1;
      const repetitions = Math.floor((end - start) / period);
      const isPattern = period === 1 ? repetitions >= 2 : repetitions >= REPETITIONS_TRIED;
      if (isPattern)
        for (let index = start + period; index < end - (period === 1 ? 0 : period); index += 1) midst.add(index);
      start = isPattern ? end : start + 1;
    }
  }
  return midst;
}

/** All steps but those of one kind; all but those of one grant; all but those that ask the same. */
function* kinds(steps: readonly Step[]): Generator<readonly Step[]> {
  const keys = [
    (step: Step): string => step.kind,
    (step: Step): string => (step.kind === 'call' ? step.grant : ''),
    (step: Step): string => ('request' in step ? JSON.stringify(step.request) : ''),
  ];
  for (const key of keys) {
    const groups = Map.groupBy(steps, key);
    if (groups.size < 2) continue;
    for (const [name, group] of groups) {
      if (name !== '' && group.length > 1) yield steps.filter((step) => key(step) !== name);
    }
  }
}

/** Two waits in a row are one; a wait before anything else is a later start. */
function* withWaitsMerged(course: Course): Generator<Course> {
  const { steps, startsAt } = course;
  const [first] = steps;
  if (first?.kind === 'wait') yield { ...course, startsAt: startsAt + first.ms, steps: steps.slice(1) };
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (step.kind !== 'wait' || next?.kind !== 'wait') continue;
    yield { ...course, steps: steps.toSpliced(index, 2, { kind: 'wait', ms: step.ms + next.ms }) };
  }
}
