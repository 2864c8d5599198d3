import type { Course, Step } from '../course.ts';
import type { Terms } from './terms.ts';
import { HUMAN_SPANS_MS } from './weight.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const UNITS_MS = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];

/** Courses whose times a person would say: no wait, an hour, exactly the window; and an ordinary beginning. */
export function* withSimplerTimes(course: Course, terms: Terms): Generator<Course> {
  yield* withSimplerStart(course, terms);
  yield* withAnswersAtOnce(course);
  const { steps } = course;
  const spans = [...new Set(steps.flatMap((step) => spanOf(step) ?? []))];
  for (const span of spans.toSorted((a, b) => b - a)) {
    const places = steps.flatMap((step, index) => (spanOf(step) === span ? [index] : []));
    for (const ms of simplerThan(span, terms)) {
      if (places.length > 1)
        yield { ...course, steps: steps.map((step) => (spanOf(step) === span ? lasting(step, ms) : step)) };
      // In a long run of equal waits each is as good as the other.
      for (const index of new Set([places[0] as number, places.at(-1) as number])) {
        yield { ...course, steps: steps.with(index, lasting(steps[index] as Step, ms)) };
      }
    }
  }
  yield* withTimeMoved(course, terms);
}

function* withSimplerStart(course: Course, { ordinaryStart, spansMs }: Terms): Generator<Course> {
  const { startsAt } = course;
  yield { ...course, startsAt: ordinaryStart };
  for (const unit of UNITS_MS) {
    for (const at of [Math.floor(startsAt / unit) * unit, Math.ceil(startsAt / unit) * unit])
      if (at > ordinaryStart) yield { ...course, startsAt: at };
  }
  for (const span of [...spansMs, SECOND_MS, MINUTE_MS, HOUR_MS]) {
    const before = Math.ceil(startsAt / DAY_MS) * DAY_MS - span;
    if (before > ordinaryStart) yield { ...course, startsAt: before };
  }
}

/** The door hears every answer at once. */
function* withAnswersAtOnce(course: Course): Generator<Course> {
  const { steps } = course;
  const slow = steps.flatMap((step, index) => (step.kind === 'call' && step.lastsMs !== undefined ? [index] : []));
  if (slow.length > 1) yield { ...course, steps: steps.map(atOnce) };
  for (const index of slow) yield { ...course, steps: steps.with(index, atOnce(steps[index] as Step)) };
}

function atOnce(step: Step): Step {
  if (step.kind !== 'call') return step;
  const { lastsMs: _, ...rest } = step;
  return rest;
}

/** What one wait has too much another may need: a second before midnight and two seconds of waiting are one each. */
function* withTimeMoved(course: Course, { ordinaryStart }: Terms): Generator<Course> {
  const { steps, startsAt } = course;
  const at = steps.findIndex(({ kind }) => kind === 'wait');
  const wait = steps[at];
  if (wait?.kind !== 'wait') return;
  for (const ms of HUMAN_SPANS_MS) {
    const begins = startsAt + wait.ms - ms;
    if (ms !== wait.ms && begins > ordinaryStart)
      yield { ...course, startsAt: begins, steps: steps.with(at, { kind: 'wait', ms }) };
  }
}

function simplerThan(span: number, { spansMs }: Terms): readonly number[] {
  const edges = spansMs.flatMap((ms) => [ms - 1, ms, ms + 1]);
  const rounded = UNITS_MS.flatMap((unit) => [Math.floor(span / unit) * unit, Math.ceil(span / unit) * unit]);
  const all = new Set([...HUMAN_SPANS_MS, ...edges, ...rounded, Math.floor(span / 2), span - 1]);
  return [...all].filter((ms) => ms > 0 && ms !== span).toSorted((a, b) => a - b);
}

function spanOf(step: Step): number | undefined {
  if (step.kind === 'wait') return step.ms;
  return step.kind === 'call' && (step.lastsMs ?? 0) > 0 ? step.lastsMs : undefined;
}

function lasting(step: Step, ms: number): Step {
  if (step.kind === 'wait') return { ...step, ms };
  return step.kind === 'call' ? { ...step, lastsMs: ms } : step;
}
